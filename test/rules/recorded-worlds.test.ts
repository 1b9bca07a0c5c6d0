import { describe, expect, test } from "vitest";
import type { ObjectRef } from "../../src/incident/subject.ts";
import { certainFrom } from "../../src/rules/certain.ts";
import { diagnoseByRules, scan } from "../../src/rules/index.ts";
import { ungrounded } from "./grounded.ts";
import { recorded, recordedNames } from "./recorded.ts";

const short = ({ kind, name }: ObjectRef): string => `${kind}/${name}`;

const refOf = (text: string, namespace: string): ObjectRef => {
  const [kind = "", name = ""] = text.split("/");
  return { kind, namespace, name };
};

describe.each(recordedNames)("recorded world %s", (name) => {
  const world = recorded(name);
  const findings = scan(world.evidence, world.now);

  test.each(world.faults)("names $class on $object", ({ object, class: right, alsoRight = [] }) => {
    const subject = refOf(object, world.namespace);
    const { certain } = diagnoseByRules({ evidence: world.evidence, subject, alerts: [], now: world.now });

    expect([right, ...alsoRight]).toContain(certain?.class);
    expect(short(certain?.object ?? subject)).toBe(object);
    if ((certain?.gathers?.victims.length ?? 0) > 1) expect(certain?.scope).toBe("widespread");
    expect(findings.find((one) => short(one.object) === object)?.class).toBe(certain?.class);
  });

  test("finds nothing else", () => {
    const named = new Set(world.faults.map(({ object }) => object));
    const victims = findings
      .filter(({ object }) => named.has(short(object)))
      .flatMap(({ related }) => related.map(short));
    const sick = [...named, ...victims];
    const others = findings.filter(
      ({ object, confidence }) => confidence >= certainFrom && !sick.includes(short(object)),
    );

    expect(others).toEqual([]);
  });

  test("cites evidence that holds what it quotes", () => {
    expect(findings.flatMap((one) => ungrounded(one, world.evidence))).toEqual([]);
  });

  test.each(world.healthy)("says of %s that nothing is to be done", (object) => {
    const subject = refOf(object, world.namespace);
    const { certain } = diagnoseByRules({ evidence: world.evidence, subject, alerts: [], now: world.now });

    expect(certain?.class).toMatch(/^control-/);
    expect(certain && ungrounded(certain, world.evidence)).toEqual([]);
  });
});

test("a quotation that no cited evidence holds is noticed", () => {
  const { evidence } = recorded("payments");
  const ids = evidence.map(({ id }) => id);

  expect(
    ungrounded({ statement: "it says “KeyError: 'DATABASE_URL'” and “never said”", evidence: ids }, evidence),
  ).toEqual(["never said"]);
  expect(ungrounded({ statement: "it says “KeyError: 'DATABASE_URL'”", evidence: [] }, evidence)).toEqual([
    "KeyError: 'DATABASE_URL'",
  ]);
});
