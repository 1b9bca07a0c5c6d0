import { expect, test } from "vitest";
import type { KubeObject } from "../../src/incident/kube.ts";
import { scan } from "../../src/rules/index.ts";
import { logEvidence, recorded, recordedNames, sweepOf } from "./recorded.ts";

const without = (value: unknown, field: string): unknown => {
  if (Array.isArray(value)) return value.map((one) => without(one, field));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== field)
      .map(([key, one]) => [key, without(one, field)]),
  );
};

const fields = [
  "status",
  "spec",
  "metadata",
  "containers",
  "conditions",
  "containerStatuses",
  "ownerReferences",
  "labels",
  "selector",
  "template",
  "ports",
  "message",
  "reason",
  "involvedObject",
  "lastTimestamp",
  "state",
  "lastState",
  "resources",
  "scaleTargetRef",
  "endpoints",
  "lastTransitionTime",
  "creationTimestamp",
  "name",
  "namespace",
];

test.each(fields)("nothing breaks when %s is missing everywhere", (field) => {
  for (const name of recordedNames) {
    const { objects, namespace, now } = recorded(name);
    const torn = objects.map((one) => ({ metadata: {}, ...(without(one, field) as object) }) as KubeObject);

    expect(() => scan(sweepOf(namespace, torn), now)).not.toThrow();
  }
});

test("a rule that trips over one object does not silence the others", () => {
  const { objects, namespace, now } = recorded("payments");
  const bad = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "x", namespace },
    spec: { selector: { a: "b" }, ports: 7 },
  };
  const broken = sweepOf(namespace, [...objects, bad as unknown as KubeObject]);

  expect(scan(broken, now).map(({ class: name }) => name)).toContain("app-crash");
});

test("a log of ten megabytes with control characters is read to its end and quoted clean", () => {
  const { evidence, namespace, now, objects } = recorded("payments");
  const pod = objects.find(({ kind }) => kind === "Pod")?.metadata.name ?? "";
  const noise = `${"\u0000\u001b[31mx".repeat(1000)}\n`.repeat(1700);
  const log = logEvidence(
    namespace,
    pod,
    "payments-api",
    false,
    `${noise}2026-11-22T14:54:08.02Z fatal: \u0000bro\u001bken\n`,
  );
  const others = evidence.filter(({ question }) => question.ask !== "logs");
  const [finding] = scan([...others, log], now);

  expect(finding?.statement).toContain("bro ken");
  expect(finding?.statement).not.toMatch(/\p{Cc}/u);
});

test("an endless line is read to an end", () => {
  const { evidence, namespace, now, objects } = recorded("payments");
  const pod = objects.find(({ kind }) => kind === "Pod")?.metadata.name ?? "";
  const lines = [
    "a".repeat(1_000_000),
    "a:".repeat(500_000),
    "could not connect to ".repeat(50_000),
    `${"x.".repeat(400_000)}Exception`,
  ];
  for (const line of lines) {
    const log = logEvidence(namespace, pod, "payments-api", false, `${line}\n`.repeat(10));

    expect(() => scan([...evidence.filter(({ question }) => question.ask !== "logs"), log], now)).not.toThrow();
  }
}, 30_000);

interface Work {
  reads: number;
  findings: number;
}

/** Counts how often anybody looks at an object: work that no machine makes faster or slower. */
const counted = (objects: readonly KubeObject[], work: Work): KubeObject[] =>
  objects.map((one) => {
    const { metadata } = one;
    return Object.defineProperty({ ...one }, "metadata", {
      enumerable: true,
      get: () => {
        work.reads += 1;
        return metadata;
      },
    });
  });

const many = (pods: number): { namespace: string; now: string; objects: KubeObject[] } => {
  const { objects, namespace, now } = recorded("payments");
  const copies = Array.from({ length: pods }, (_, at) =>
    objects
      .filter(({ kind }) => kind === "Pod" || kind === "ReplicaSet" || kind === "Deployment")
      .map(
        (one) => JSON.parse(JSON.stringify(one).replaceAll(/"(name|uid)":"([^"]*)"/g, `"$1":"$2-${at}"`)) as KubeObject,
      ),
  );
  return { namespace, now, objects: copies.flat() };
};

const scanOf = (pods: number): Work => {
  const work: Work = { reads: 0, findings: 0 };
  const { namespace, now, objects } = many(pods);
  const evidence = sweepOf(namespace, counted(objects, work));
  work.reads = 0;
  work.findings = scan(evidence, now).length;
  return work;
};

test("the work for five thousand pods grows with their number, not with its square", () => {
  const [few, all] = [scanOf(500), scanOf(5000)];

  expect([few.findings, all.findings]).toEqual([500, 5000]);
  expect(all.reads / few.reads).toBeLessThan(12);
});

test("work that grows with the square is noticed", () => {
  const pairs = (pods: number): number => {
    const work: Work = { reads: 0, findings: 0 };
    const objects = counted(many(pods).objects, work);
    for (const one of objects) objects.some((other) => other.metadata.name === `no ${one.kind}`);
    return work.reads;
  };

  expect(pairs(200) / pairs(20)).toBeGreaterThan(50);
});
