import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { verbs } from "../../src/actions/catalogue.ts";
import { accessTable, deniedTable } from "../../src/adapters/access-review.ts";
import type { KubernetesClient, KubernetesRequest } from "../../src/adapters/kubernetes-client.ts";
import { assertAllowed, assertReading } from "../../src/adapters/kubernetes-path.ts";
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

/** An API server that knows nothing but these rules: `doctor` and the guard ask it as they ask a real one. */
const serverWith = (rules: readonly Rule[]): KubernetesClient => ({
  clusterName: "recorded",
  close: async () => undefined,
  request: async ({ body }: KubernetesRequest) => {
    const { spec } = body as { spec: { resourceAttributes: Asked } };
    const text = JSON.stringify({ status: { allowed: allows(rules, spec.resourceAttributes) } });
    return { status: 201, text, bytes: text.length };
  },
});

const reader = rulesOf("reader.yaml", "nightshift-reader");
const writer = [
  ...rulesOf("writer.yaml", "nightshift-writer"),
  ...rulesOf("writer-nodes.yaml", "nightshift-writer-nodes"),
];

const wrong = async (rules: readonly Rule[]): Promise<string[]> =>
  (await accessTable(serverWith(rules)))
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
    ["get secrets: denied", "get nodes/proxy: denied", "get services/proxy: denied"],
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
