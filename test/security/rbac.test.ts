import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { verbs } from "../../src/actions/catalogue.ts";
import { deniedTable, neededTable } from "../../src/adapters/access-review.ts";
import type { KubernetesClient, KubernetesRequest } from "../../src/adapters/kubernetes-client.ts";
import { assertAllowed, assertReading } from "../../src/adapters/kubernetes-path.ts";
import { toldDenied } from "../../src/commands/doctor-denied.ts";
import { apiPath, type Kind, kinds } from "../../src/incident/kinds.ts";

interface Rule {
  apiGroups: string[];
  resources: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
  verbs: string[];
}
interface Granted {
  kind: string;
  metadata: { name: string };
  rules?: Rule[];
}
interface Asked {
  verb: string;
  group: string;
  resource: string;
  subresource?: string;
  namespace?: string;
}

const rolesIn = (file: string): Granted[] =>
  parseAllDocuments(readFileSync(`deploy/rbac/${file}`, "utf8"))
    .map((document) => document.toJS() as Granted | null)
    .filter((one): one is Granted => one?.rules !== undefined);

const rulesOf = (file: string, name: string): Rule[] => {
  const role = rolesIn(file).find(({ metadata }) => metadata.name === name);
  if (role?.rules === undefined) throw new Error(`${file} grants nothing as ${name}`);
  return role.rules;
};

/** As RBAC evaluates it: some rule must name group, resource with subresource, and verb, or stand for all of them. */
const allows = (rules: readonly Rule[], { verb, group, resource, subresource }: Asked): boolean => {
  const named = (given: readonly string[], wanted: string) => given.includes(wanted) || given.includes("*");
  const whole = subresource === undefined ? resource : `${resource}/${subresource}`;
  return rules.some(
    (rule) =>
      rule.resourceNames === undefined &&
      named(rule.apiGroups, group) &&
      named(rule.verbs, verb) &&
      (named(rule.resources, whole) || (subresource !== undefined && rule.resources.includes(`*/${subresource}`))),
  );
};

/** An API server that knows nothing but these rules, and those of Roles by namespace: `doctor` and the guard ask it as they ask a real one. */
const serverWith = (rules: readonly Rule[], there: Record<string, readonly Rule[]> = {}): KubernetesClient => ({
  clusterName: "recorded",
  close: async () => undefined,
  request: async ({ body }: KubernetesRequest) => {
    const { resourceAttributes: asked } = (body as { spec: { resourceAttributes: Asked } }).spec;
    const status = { allowed: allows([...rules, ...(there[asked.namespace ?? ""] ?? [])], asked) };
    const text = JSON.stringify({ status });
    return { status: 201, text, bytes: text.length };
  },
});

const reader = rulesOf("reader.yaml", "nightshift-reader");
const writer = [
  ...rulesOf("writer.yaml", "nightshift-writer"),
  ...rulesOf("writer-nodes.yaml", "nightshift-writer-nodes"),
];

const wrong = async (rules: readonly Rule[]): Promise<string[]> =>
  [...(await neededTable(serverWith(rules))), ...(await deniedTable(serverWith(rules), "reader", []))]
    .filter(({ want, allowed }) => (want === "needed" && !allowed) || (want === "denied" && allowed))
    .map(({ verb, resource, want }) => `${verb} ${resource}: ${want}`);

test("by the rules that ship, the reader may do all that is needed and nothing that must be denied", async () => {
  expect(reader.length).toBeGreaterThan(5);
  expect(await wrong(reader)).toEqual([]);
});

test.each([
  ["secrets", { apiGroups: [""], resources: ["secrets"], verbs: ["get"] }, ["get secrets: denied"]],
  [
    "everything of a group",
    { apiGroups: [""], resources: ["*"], verbs: ["get"] },
    ["secrets", "pods/exec", "pods/attach", "pods/portforward", "services/proxy", "pods/proxy", "nodes/proxy"].map(
      (resource) => `get ${resource}: denied`,
    ),
  ],
  ["a shell", { apiGroups: [""], resources: ["pods/exec"], verbs: ["create"] }, ["create pods/exec: denied"]],
] as const)("a rule too many, %s, is seen", async (_, rule, found) => {
  expect(await wrong([...reader, rule as unknown as Rule])).toEqual(found);
});

test("each of the two identities is denied the other half", async () => {
  const overreach = async (rules: readonly Rule[], half: "reader" | "writer") =>
    (await deniedTable(serverWith(rules), half, ["shop"]))
      .filter(({ allowed }) => allowed)
      .map(({ verb, resource, namespace }) => `${verb} ${resource} ${namespace ?? "everywhere"}`);

  expect(await overreach(reader, "reader")).toEqual([]);
  expect(await overreach(writer, "writer")).toEqual([]);
  expect(await overreach(writer, "reader")).toContain("patch deployments shop");
  const secrets = { apiGroups: [""], resources: ["secrets"], verbs: ["list"] };
  expect(await overreach([...writer, secrets], "writer")).toEqual(["list secrets everywhere", "list secrets shop"]);
});

const held = async (half: "reader" | "writer", everywhere: readonly Rule[], inShop: readonly Rule[] = []) =>
  (await deniedTable(serverWith(everywhere, { shop: inShop }), half, ["shop", "quiet"]))
    .filter(({ allowed }) => allowed)
    .map(({ verb, resource, namespace }) => `${verb} ${resource} ${namespace ?? "everywhere"}`);

const never = {
  "": "secrets namespaces persistentvolumeclaims serviceaccounts configmaps",
  "rbac.authorization.k8s.io": "roles rolebindings clusterroles clusterrolebindings",
  "apiextensions.k8s.io": "customresourcedefinitions",
  "admissionregistration.k8s.io":
    "mutatingwebhookconfigurations validatingwebhookconfigurations validatingadmissionpolicies",
};
const each = Object.entries(never).flatMap(([group, names]) => names.split(" ").map((name) => [name, group] as const));

test.each(each)("a right to change %s is seen in either half", async (resource, group) => {
  const verbs = ["create", "update", "patch", "delete"];
  const expected = verbs.map((verb) => `${verb} ${resource} everywhere`);
  const rule = { apiGroups: [group], resources: [resource], verbs };

  for (const [half, rules] of [
    ["reader", reader],
    ["writer", writer],
  ] as const)
    expect(await held(half, [...rules, rule])).toEqual(expect.arrayContaining(expected));
});

test.each([
  ["a shell", "", "pods/exec", "create"],
  ["a token", "", "serviceaccounts/token", "create"],
  ["all Secrets, written", "", "secrets", "patch"],
  ["a RoleBinding", "rbac.authorization.k8s.io", "rolebindings", "create"],
  ["a Role handed on", "rbac.authorization.k8s.io", "roles", "bind"],
  ["a workload made", "apps", "deployments", "create"],
  ["a workload deleted", "apps", "statefulsets", "delete"],
  ["all pods at once", "", "pods", "deletecollection"],
])("a Role of one namespace that grants too much, %s, is seen there", async (_, group, resource, verb) => {
  const rule = { apiGroups: [group], resources: [resource], verbs: [verb] };

  expect(await held("reader", reader, [rule])).toEqual([`${verb} ${resource} shop`]);
  expect(await held("writer", writer, [rule])).toEqual([`${verb} ${resource} shop`]);
});

test("the writer's Role as it ships is enough in its namespace, and all but nodes is seen in the reader there", async () => {
  expect(await held("writer", [], writer)).toEqual([]);
  expect(await held("reader", [], writer)).toHaveLength(done.length - 1);
});

test("what is told is a line for each resource and one for all that is denied", async () => {
  const rbac = { apiGroups: ["rbac.authorization.k8s.io"], resources: ["roles"], verbs: ["create", "patch"] };
  const rows = await deniedTable(serverWith(writer, { shop: [rbac] }), "writer", ["shop"]);
  const others = toldDenied("writer: ", rows, ["shop"]).filter(({ what }) => !what.includes("secrets"));

  expect(others.map(({ what, state }) => [what, state])).toEqual([
    ["writer: create, patch roles in shop", "bad"],
    ["writer: must be denied", "ok"],
  ]);
  expect(others.at(-1)?.detail).toBe(
    `${rows.length - 2} things that must be denied are denied (asked everywhere, in shop)`,
  );
});

test("a rule too few is seen", async () => {
  expect(await wrong(reader.slice(1))).toContain("list pods: needed");
});

test("the reader is granted reading alone, by name", () => {
  for (const rule of [...reader, ...rulesOf("reader.yaml", "nightshift-configmap-names")]) {
    expect(rule.verbs.filter((verb) => verb !== "get" && verb !== "list")).toEqual([]);
    expect([...rule.resources, ...rule.apiGroups]).not.toContain("*");
    expect(rule.nonResourceURLs).toBeUndefined();
  }
});

const writes = { "delete-pod": "delete pods", "rerun-job": "create jobs" } as Record<string, string>;

/** What the catalogue does, told by its own verbs and kinds. */
const done = [
  ...new Set(
    verbs.flatMap(({ verb, targets }) =>
      writes[verb] === undefined ? targets.map((kind) => `patch ${kinds[kind].plural}`) : [writes[verb]],
    ),
  ),
].toSorted();

const granted = writer
  .flatMap((rule) => rule.verbs.flatMap((verb) => rule.resources.map((resource) => `${verb} ${resource}`)))
  .toSorted();

test("the writer is granted exactly what the catalogue does, and not a verb more", () => {
  expect(granted).toEqual(done);
  expect(granted).toEqual([
    "create jobs",
    "delete pods",
    "patch cronjobs",
    "patch daemonsets",
    "patch deployments",
    "patch nodes",
    "patch services",
    "patch statefulsets",
  ]);
});

test("the groups are those of the kinds", () => {
  const groupOf = Object.fromEntries(Object.values(kinds).map(({ plural, group }) => [plural, group]));
  for (const { apiGroups, resources } of [...reader, ...writer])
    for (const resource of resources) expect(apiGroups).toEqual([groupOf[resource.split("/")[0] ?? ""]]);
});

test("what leaves the process is the same list again: every kind, every method", () => {
  const methods = { patch: "PATCH", create: "POST", delete: "DELETE" } as const;
  const may = (check: () => void): boolean => {
    try {
      check();
      return true;
    } catch {
      return false;
    }
  };
  const leaving = (Object.keys(kinds) as Kind[]).flatMap((kind) =>
    Object.entries(methods).flatMap(([verb, method]) => {
      const path = apiPath(kind, kinds[kind].namespaced ? "shop" : null, ...(verb === "create" ? [] : ["a"]));
      expect(may(() => assertReading(method, path))).toBe(false);
      return may(() => assertAllowed(method, path)) ? [`${verb} ${kinds[kind].plural}`] : [];
    }),
  );
  expect(leaving.toSorted()).toEqual(done);
});
