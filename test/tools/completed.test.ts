import { expect, test } from "vitest";
import { Conclusion } from "../../src/tools/conclude.ts";
import { completed } from "../../src/tools/tool.ts";

const args = { outcome: "cause", class: "node-not-ready", object: { kind: "Node", name: "n1" } };

test("what may be null or empty is filled in, also within an object", () => {
  expect(Conclusion.parse(completed(Conclusion, args))).toEqual({
    ...args,
    object: { kind: "Node", namespace: null, name: "n1" },
    claims: [],
    confidence: null,
    disproof: null,
    missing: [],
  });
});

test("control: what may not be left out is not made up", () => {
  const nameless = completed(Conclusion, { ...args, object: { kind: "Node" } });

  expect(Conclusion.safeParse(nameless).success).toBe(false);
});
