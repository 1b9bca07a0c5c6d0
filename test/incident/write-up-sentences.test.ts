import { expect, test } from "vitest";
import { sentences } from "../../src/incident/write-up-sentences.ts";

const long = `Deployment/api in shop: container api cannot start because its image does not exist. The kubelet says: “${"failed to pull ".repeat(30)}”. Changed last: revision 7 of api rolled out by kubectl-edit: api: memory limit 512Mi → 64Mi, 14 minutes ago.`;

test("a quotation gives way before our own words do", () => {
  const told = sentences(long, 320);

  expect(told).toContain("14 minutes ago.");
  expect(told).toMatch(/“failed to pull .*…”/);
  expect(told.length).toBeLessThanOrEqual(320);
});

test("what does not fit goes by whole sentences", () => {
  expect(sentences(long, 170)).toMatch(/does not exist\. .*“failed.*…”\. …$/);
  expect(sentences(long, 120)).toBe(
    "Deployment/api in shop: container api cannot start because its image does not exist. …",
  );
});

test("what fits stays as it is", () => {
  expect(sentences(long, 2000)).toBe(long);
});

test("one endless sentence is cut all the same", () => {
  expect(sentences("word ".repeat(1000), 100)).toHaveLength(100);
});
