import { expect, test } from "vitest";
import type { Evidence } from "../../src/incident/evidence.ts";
import type { Question } from "../../src/incident/question.ts";
import { certainFrom } from "../../src/rules/certain.ts";
import { scan, wantsOf } from "../../src/rules/index.ts";
import { recorded, recordedNames } from "./recorded.ts";

const sure = (evidence: readonly Evidence[], now: string): string[] =>
  scan(evidence, now)
    .filter(({ confidence }) => confidence >= certainFrom)
    .map((one) => `${one.class} ${one.object.kind}/${one.object.name}`)
    .sort();

/** What only the log of a well pod tells: an incident on its workload reads it in the first look, and nothing wants it. */
const onWellPods = /^rbac-denied Deployment\/lister$/;

const answers = (wants: readonly Question[], { question }: Evidence): boolean =>
  wants.some(
    (want) =>
      want.ask === "logs" &&
      question.ask === "logs" &&
      want.pod === question.pod &&
      want.container === question.container,
  );

test.each(recordedNames)("in %s one look at what the findings want is enough, if no log was read at first", (name) => {
  const { evidence, now } = recorded(name);
  const first = evidence.filter(({ question }) => question.ask !== "logs");
  const wants = wantsOf(scan(first, now), first);
  const second = [...first, ...evidence.filter((one) => answers(wants, one))];

  expect(sure(second, now)).toEqual(sure(evidence, now).filter((one) => !onWellPods.test(one)));
  expect(sure(first, now).filter((one) => !sure(evidence, now).includes(one))).toEqual([]);
});

test("what was asked already is not wanted again", () => {
  const { evidence, now } = recorded("starts");

  expect(wantsOf(scan(evidence, now), evidence)).toEqual([]);
});
