import { describe, expect, test } from "vitest";
import type { Cause } from "../../src/incident/diagnosis.ts";
import type { Container, KubeObject, Pod, Workload } from "../../src/incident/kube.ts";
import { diagnoseByRules } from "../../src/rules/index.ts";
import { alertNamed } from "./alert-named.ts";
import { recorded } from "./recorded.ts";

const world = recorded("aspen");

interface Rev {
  /** The container as it was before the fault, with what this revision has otherwise. */
  readonly app?: Partial<Container>;
  readonly other?: Partial<Container>;
  readonly labels?: Record<string, string>;
  readonly minutesAgo: number;
  readonly by?: string;
  readonly why?: string;
  /** Numbers it had before it was taken up again. */
  readonly had?: string;
  readonly number?: number;
}

const time = (minutes: number): string => new Date(Date.parse(world.now) - minutes * 60_000).toISOString();
const limit = (memory: string): Partial<Container> => ({ resources: { limits: { memory } } });

/** ledger, killed at its limit of 64Mi, with this history, oldest first; the last one is what runs. */
const causeAfter = (
  history: readonly Rev[],
  change: (live: Workload, pods: Pod[]) => void = () => {},
): Cause | null => {
  const evidence = structuredClone(world.evidence) as typeof world.evidence;
  const lists = evidence.flatMap(({ answer }) =>
    answer.kind === "found" && answer.body.kind === "objects" ? [answer.body.objects as KubeObject[]] : [],
  );
  const all = lists.flat();
  const live = all.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === "ledger") as Workload;
  const sets = lists.find((list) => list.some(({ kind }) => kind === "ReplicaSet")) ?? [];
  const own = (sets as Workload[])
    .filter(({ kind, metadata }) => kind === "ReplicaSet" && metadata.name.startsWith("ledger-"))
    .toSorted((a, b) => revision(b) - revision(a));
  const [running] = own;
  if (!running) throw new Error("no ledger");
  for (const one of own) sets.splice(sets.indexOf(one), 1);
  for (const [index, rev] of history.entries()) {
    const isLast = index === history.length - 1;
    const set = structuredClone(running);
    set.metadata.name = isLast ? running.metadata.name : `ledger-old${index}`;
    set.metadata.creationTimestamp = time(rev.minutesAgo);
    set.metadata.annotations = {
      "deployment.kubernetes.io/revision": String(rev.number ?? index + 1),
      ...(rev.had ? { "deployment.kubernetes.io/revision-history": rev.had } : {}),
      ...(rev.why ? { "kubernetes.io/change-cause": rev.why } : {}),
    };
    const { template } = set.spec;
    const [app] = template.spec.containers;
    template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, ...rev.labels } };
    template.spec.containers = [
      { ...app, ...limit("64Mi"), ...rev.app } as Container,
      ...(rev.other ? [{ name: "proxy", image: "proxy:1", ...rev.other }] : []),
    ];
    sets.push(set);
  }
  live.metadata.creationTimestamp = time(1000);
  live.metadata.annotations = {};
  live.metadata.managedFields = history.flatMap(({ by, minutesAgo }) =>
    by
      ? [{ manager: by, operation: "Update", time: time(minutesAgo), fieldsV1: { "f:spec": { "f:template": {} } } }]
      : [],
  );
  change(live, all.filter(({ kind, metadata }) => kind === "Pod" && metadata.name.startsWith("ledger-")) as Pod[]);
  return diagnoseByRules({
    evidence,
    subject: { kind: "Deployment", namespace: world.namespace, name: "ledger" },
    alerts: [alertNamed("KubePodNotReady", world.now)],
    now: world.now,
  }).certain;
};

const revision = ({ metadata }: KubeObject): number =>
  Number(metadata.annotations?.["deployment.kubernetes.io/revision"]);

const first = { app: limit("256Mi"), minutesAgo: 300, by: "helm" };
const bad = { minutesAgo: 80, by: "kubectl-edit", why: "less memory" };

const innocent: [string, Rev, string][] = [
  ["a label", { labels: { tier: "a" }, minutesAgo: 5 }, "pod labels changed"],
  [
    "a pull policy",
    { app: { imagePullPolicy: "Always" }, minutesAgo: 5 },
    "app: image pull policy IfNotPresent → Always",
  ],
  ["another container", { other: limit("32Mi"), minutesAgo: 5 }, "container proxy added"],
  ["a variable", { app: { env: [{ name: "TIER", value: "gold" }] }, minutesAgo: 5 }, "app: env TIER added"],
];

describe("what set the value that the finding names is told, not what came after it", () => {
  test.each(innocent.filter(([name]) => name !== "another container"))("%s was changed last", (_, later, words) => {
    const statement = causeAfter([first, bad, { ...later, by: "kubectl-patch" }])?.statement ?? "";

    expect(statement).toContain(
      "Changed last: revision 2 of ledger rolled out by kubectl-edit: app: memory limit 256Mi → 64Mi (change cause: “less memory”), 80 minutes ago.",
    );
    expect(statement).toContain(
      `Since then also changed, in other parts: revision 3 of ledger rolled out by kubectl-patch: ${words}, 5 minutes ago.`,
    );
  });

  test("the limit of another container was lowered last", () => {
    const proxied = { other: limit("512Mi") };
    const statement = causeAfter([
      { ...first, ...proxied },
      { ...bad, ...proxied },
      { other: limit("32Mi"), minutesAgo: 5, by: "kubectl-set" },
    ])?.statement;

    expect(statement).toContain("Changed last: revision 2 of ledger rolled out by kubectl-edit: app: memory limit");
    expect(statement).toContain("in other parts: revision 3 of ledger rolled out by kubectl-set: proxy: memory limit");
  });

  test("over five revisions, the change cause that was left standing is told of none of the later", () => {
    const statement = causeAfter([
      first,
      { app: limit("128Mi"), minutesAgo: 200 },
      bad,
      { labels: { a: "1" }, minutesAgo: 20, why: "less memory" },
      { labels: { a: "2" }, minutesAgo: 10, why: "less memory" },
    ])?.statement;

    expect(statement).toContain(
      "Changed last: revision 3 of ledger rolled out by kubectl-edit: app: memory limit 128Mi → 64Mi",
    );
    expect(statement?.match(/less memory/g)).toHaveLength(1);
    expect(statement).toMatch(/revision 5 of ledger .*10 minutes ago; revision 4 of ledger .*20 minutes ago\./);
  });

  test("whoever wrote again since is known by the field that is still theirs", () => {
    const statement = causeAfter(
      [first, { minutesAgo: 80 }, { labels: { a: "1" }, minutesAgo: 5, by: "kubectl-set" }],
      (live) => {
        const [write] = live.metadata.managedFields?.slice(-1) ?? [];
        const app = live.spec.template.spec.containers[0]?.name ?? "";
        const container = {
          [`k:${JSON.stringify({ name: app })}`]: { "f:resources": { "f:limits": { "f:memory": {} } } },
        };
        if (write) write.fieldsV1 = { "f:spec": { "f:template": { "f:spec": { "f:containers": container } } } };
      },
    )?.statement;

    expect(statement).toContain(
      "revision 2 of ledger rolled out: app: memory limit 256Mi → 64Mi (last written by kubectl-set), 80",
    );
  });
});

describe("a rollback moves the numbers", () => {
  test("to the bad value: the rollback is what set it, with what is kept of its time", () => {
    const statement = causeAfter([
      { ...first, number: 2, minutesAgo: 100 },
      { minutesAgo: 200, number: 3, had: "1" },
      { labels: { a: "1" }, minutesAgo: 5, number: 4 },
    ])?.statement;

    expect(statement).toContain("Changed last: revision 3 of ledger rolled out again, one that was in use before");
    expect(statement).toContain("app: memory limit 256Mi → 64Mi");
    expect(statement).toContain("in other parts: revision 4 of ledger");
  });

  test("from the bad value's label and back: the revision that first had it", () => {
    const statement = causeAfter([
      { ...first, number: 1 },
      { labels: { a: "1" }, minutesAgo: 20, number: 3 },
      { minutesAgo: 80, by: "kubectl-edit", number: 4, had: "2" },
    ])?.statement;

    expect(statement).toContain(
      "Changed last: revision 2 of ledger rolled out by kubectl-edit: app: memory limit 256Mi → 64Mi",
    );
    expect(statement).toContain("in other parts: revision 4 of ledger rolled out again");
  });
});

describe("nothing that touches it was changed", () => {
  const same = { minutesAgo: 300 };

  test.each(innocent.slice(0, 2))("only %s: that is said, and told as no cause", (_, later) => {
    const statement = causeAfter([
      same,
      { labels: { x: "1" }, minutesAgo: 60 },
      { ...later, minutesAgo: 5 },
    ])?.statement;

    expect(statement).toContain(
      "Nothing changed that touches this: no revision that is kept changed its memory limit.",
    );
    expect(statement).not.toContain("Changed last");
  });

  test("settings that it reads are in no revision: whether these changed is said to be unknown", () => {
    const statement = causeAfter([same, { labels: { x: "1" }, minutesAgo: 5 }], (live) => {
      for (const one of live.spec.template.spec.containers)
        Object.assign(one, { envFrom: [{ configMapRef: { name: "limits" } }] });
    })?.statement;

    expect(statement).not.toContain("Nothing changed that touches this");
    expect(statement).toContain("No revision that is kept changed its memory limit.");
    expect(statement).toContain("It also reads ConfigMap limits; whether these changed was not read.");
  });

  test("a new image may have led to it: told as that", () => {
    const statement = causeAfter([
      same,
      { labels: { x: "1" }, minutesAgo: 60 },
      { app: { image: "app:2" }, minutesAgo: 5 },
    ])?.statement;

    expect(statement).toMatch(
      /No revision that is kept changed its memory limit\. Changed was, which may have led to it or not: revision 3 .*app:2/,
    );
  });

  test("what lies between two revisions that are kept is said to be unknown", () => {
    const statement = causeAfter([
      { ...first, number: 2 },
      { minutesAgo: 5, number: 7 },
    ])?.statement;

    expect(statement).toContain("against revision 2, as none between is kept: app: memory limit 256Mi → 64Mi");
  });
});
