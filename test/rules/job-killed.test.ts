import { expect, test } from "vitest";
import type { Pod } from "../../src/incident/kube.ts";
import { scan } from "../../src/rules/index.ts";
import { changed, type Scene } from "./changed.ts";

/** Of the Job whose pods were killed for lack of memory. */
const rebuild = (change: (scene: Scene) => void) => {
  const { evidence, now } = changed("runs-and-peers", change);
  return scan(evidence, now).find(({ object }) => object.kind === "Job" && object.name === "rebuild");
};

const withoutLimit = ({ objects }: Scene): void => {
  for (const pod of objects.filter(({ kind }) => kind === "Pod") as unknown as Pod[])
    for (const container of pod.spec.containers) container.resources = {};
};

test("a Job whose container has no memory limit of its own did not fail for a limit that is too low", () => {
  const found = rebuild(withoutLimit);

  expect(found?.class).toBe("job-backoff-limit");
  expect(found?.statement).toContain("has no memory limit of its own and was killed for lack of memory");
});

test("control: with one it did", () => {
  const found = rebuild(() => undefined);

  expect(found?.class).toBe("oom-limit-too-low");
  expect(found?.statement).toContain("was killed at its memory limit of 64Mi");
});
