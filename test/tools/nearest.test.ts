import { expect, test } from "vitest";
import { Conclusion } from "../../src/tools/conclude.ts";
import { problemIn } from "../../src/tools/tool.ts";

const conclusion = {
  outcome: "cause",
  class: null as string | null,
  object: null,
  claims: [],
  confidence: null,
  disproof: null,
  missing: [],
};

test.each([
  ["missing-configmap", "configmap-missing"],
  ["OOMKilled", "oom-"],
  ["image_pull_backoff", "image-pull-"],
])("a class that does not exist (%s) is answered with the three that are spelt most like it", (said, near) => {
  const args = { ...conclusion, class: said };
  const { error } = Conclusion.safeParse(args);
  if (error === undefined) throw new Error(`${said} is a class`);

  const problem = problemIn(error, args);

  expect(problem).toMatch(new RegExp(`^class: there is no "${said}"; nearest: [a-z-]+, [a-z-]+, [a-z-]+$`));
  expect(problem).toContain(near);
});

test("control: of a short list all are told", () => {
  const args = { ...conclusion, outcome: "perhaps" };
  const { error } = Conclusion.safeParse(args);
  expect(error && problemIn(error, args)).toMatch(/cause.*noise.*unknown/);
});
