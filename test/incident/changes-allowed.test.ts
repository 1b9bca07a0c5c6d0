import { expect, test } from "vitest";
import { changesAllowed, Policy } from "../../src/incident/policy.ts";

test.each<[string, object, string[]]>([
  ["the mode", { mode: "approve" }, ["mode approve"]],
  ["a namespace under observe", { mode: "observe", namespaces: { shop: "auto" } }, ["namespace shop: auto"]],
  [
    "a rule under observe",
    {
      rules: [
        { match: { namespace: "a" }, mode: "observe" },
        { match: { namespace: "b" }, mode: "approve" },
      ],
    },
    ["rule 2: approve"],
  ],
  ["nothing, of an empty file", {}, []],
  [
    "nothing, of observe in a namespace and a rule about people",
    { namespaces: { shop: "observe" }, rules: [{ match: {}, people: 2 }] },
    [],
  ],
])("changes are allowed by %s", (_what, file, allowed) => {
  expect(changesAllowed(Policy.parse(file))).toEqual(allowed);
});
