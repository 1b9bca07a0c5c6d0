import fc from "fast-check";
import { expect, test } from "vitest";
import type { Finding } from "../../src/incident/diagnosis.ts";
import type { KubeObject } from "../../src/incident/kube.ts";
import type { ObjectRef } from "../../src/incident/subject.ts";
import { attempts } from "../../src/rules/attempts.ts";
import { certainFrom } from "../../src/rules/certain.ts";
import { diagnoseByRules, scan } from "../../src/rules/index.ts";
import { recorded, recordedNames, sweepOf } from "./recorded.ts";

type Path = readonly (string | number)[];

const pathsOf = (value: unknown, path: Path = []): Path[] => {
  if (typeof value !== "object" || value === null) return [path];
  const below = Object.entries(value).flatMap(([key, one]) =>
    pathsOf(one, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? below : [path, ...below];
};

const put = (value: unknown, [step, ...rest]: Path, what: unknown): unknown => {
  if (step === undefined) return what;
  if (Array.isArray(value)) return value.map((one, at) => (at === step ? put(one, rest, what) : one));
  const fields = value as Record<string, unknown>;
  return { ...fields, [step]: put(fields[step], rest, what) };
};

/** ConfigMaps are read by name only, and the names are those of the adapter. */
const worlds = recordedNames
  .map(recorded)
  .filter(({ objects }) => objects.length < 150)
  .map((one) => ({ ...one, objects: one.objects.filter(({ kind }) => kind !== "ConfigMap") }));
const huge = "x".repeat(300_000);
const junk = fc.constantFrom<unknown>(
  null,
  7,
  -1,
  1e308,
  true,
  "",
  "x",
  huge,
  [],
  [null],
  [7],
  ["x"],
  {},
  { x: null },
  [[]],
);

interface Torn {
  readonly objects: KubeObject[];
  readonly victim: KubeObject;
  readonly namespace: string;
  readonly now: string;
}

/** Which world, which of its objects, which of its values at any depth, and what stands there instead. */
const places = fc.record({ world: fc.nat(), object: fc.nat(), path: fc.nat(), what: junk });
type Place = typeof places extends fc.Arbitrary<infer T> ? T : never;

const torn = ({ world, object, path, what }: Place): Torn => {
  const { objects, namespace, now } = worlds[world % worlds.length] as (typeof worlds)[number];
  const at = object % objects.length;
  const victim = objects[at] as KubeObject;
  const paths = pathsOf(victim).filter(([first]) => first !== "kind" && first !== "apiVersion");
  const broken = put(victim, paths[path % paths.length] ?? [], what) as KubeObject;
  return { objects: objects.map((one, index) => (index === at ? broken : one)), victim, namespace, now };
};

const lists = ({ objects, namespace }: Torn) => {
  const listed = objects.filter(({ metadata }) => typeof metadata === "object" && metadata !== null);
  return sweepOf(namespace, listed);
};

const keyOf = ({ class: name, object }: Pick<Finding, "class" | "object">): string =>
  `${name} ${object.kind}/${object.namespace}/${object.name}`;

test("whatever one object holds, the scan ends", () => {
  fc.assert(
    fc.property(places, (place) => {
      const one = torn(place);
      scan(lists(one), one.now);
    }),
    { numRuns: 60 },
  );
}, 120_000);

test("no rule fails and no diagnosis ends because of what one object holds", () => {
  fc.assert(
    fc.property(places, (place) => {
      const one = torn(place);
      const { metadata, kind } = one.victim;
      const subject: ObjectRef = { kind, namespace: metadata.namespace ?? null, name: metadata.name };
      const everything: ObjectRef = { kind: "Namespace", namespace: null, name: one.namespace };
      const evidence = lists(one);
      for (const asked of [subject, everything]) {
        const { unjudged = [] } = diagnoseByRules({ evidence, subject: asked, alerts: [], now: one.now });

        expect(unjudged.filter((said) => !said.startsWith("could not read"))).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);

/** The certain findings of a world that stand on nothing of one object. */
const without = (found: readonly Finding[], { metadata, kind }: KubeObject): string[] =>
  found
    .filter(({ confidence }) => confidence >= certainFrom)
    .filter(
      ({ object, related }) => ![object, ...related].some((ref) => ref.kind === kind && ref.name === metadata.name),
    )
    .map(keyOf);

const misshapenEvent = (namespace: string): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "torn", namespace, ownerReferences: 7 },
    involvedObject: null,
  }) as unknown as KubeObject;

const misshapenPod = (namespace: string): KubeObject =>
  ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "torn", namespace, ownerReferences: null },
    spec: { containers: [null] },
    status: "gone",
  }) as unknown as KubeObject;

test.each(worlds.map(({ name }) => name))(
  "in %s all that is right stays beside objects that cannot be read",
  (name) => {
    const { objects, namespace, now } = recorded(name);
    const beside = [misshapenPod(namespace), misshapenEvent(namespace)];
    const before = without(scan(sweepOf(namespace, objects), now), misshapenPod(namespace));
    const after = without(scan(sweepOf(namespace, [...beside, ...objects]), now), misshapenPod(namespace));

    expect(after).toEqual(before);
  },
);

test("an object that cannot be read is told, with what of it and which evidence", () => {
  const { objects, namespace, now } = recorded("orders");
  const evidence = sweepOf(namespace, [...objects, misshapenPod(namespace)]);
  const [kind, name] = ["Deployment", "invoices-api"];
  const look = { evidence, subject: { kind, namespace, name }, alerts: [], now };
  const { certain, unjudged } = diagnoseByRules(look);
  const pods = evidence.find(({ question }) => question.ask === "list" && question.kind === "Pod");

  expect(unjudged).toEqual([`could not read Pod ${namespace}/torn: spec.containers[0] is null`]);
  expect(certain?.statement).toContain(`could not read Pod ${namespace}/torn: spec.containers[0] is null`);
  expect(certain?.evidence).toContain(pods?.id);
});

test("nulls are what the API says for nothing, and cost nothing", () => {
  const { objects, namespace, now } = recorded("payments");
  const nulls = objects.map((one) => {
    const metadata = { ...one.metadata, finalizers: null, generateName: null };
    return (
      one.kind === "Pod" ? put({ ...one, metadata }, ["spec", "initContainers"], null) : { ...one, metadata }
    ) as KubeObject;
  });

  expect(scan(sweepOf(namespace, nulls), now)).toEqual(
    scan(sweepOf(namespace, objects), now).map((one) => ({ ...one, evidence: expect.any(Array) })),
  );
});

test("a rule that fails is told and leaves the others their turn", () => {
  const { objects, namespace, now } = recorded("payments");
  const look = {
    evidence: sweepOf(namespace, objects),
    subject: { kind: "Namespace", namespace: null, name: namespace },
    alerts: [],
    now,
  };
  const broken = {
    odd: () => {
      throw new SyntaxError("no such thing");
    },
  };
  const logged: unknown[] = [];
  const { unjudged } = diagnoseByRules(look, broken, (...failed) => logged.push(failed));

  // People are told without the names of our code; the log has them.
  expect(unjudged).toEqual(["what one of the rules looks for could not be judged"]);
  expect(logged).toEqual([["odd", new SyntaxError("no such thing")]]);
});

test("what was tried and held is not told", () => {
  const { attempt, failed } = attempts();

  expect(attempt("this", () => 3, 0)).toBe(3);
  expect(failed()).toEqual([]);
});
