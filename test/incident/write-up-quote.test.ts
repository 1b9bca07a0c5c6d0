import { expect, test } from "vitest";
import { tellingLines } from "../../src/incident/write-up-quote.ts";
import { evidenceOf } from "./night.ts";

const event = (pod: string, message: string) => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: `${pod}.1`, namespace: "depot" },
  involvedObject: { kind: "Pod", name: pod },
  type: "Warning",
  reason: "Failed",
  message,
});
const listed = (...objects: ReturnType<typeof event>[]) => [
  evidenceOf(
    { ask: "list", kind: "Event", namespace: "depot", selector: null },
    { kind: "found", body: { kind: "objects", objects, truncated: false } },
  ),
];
const mailer = event("mailer-5f6-abcde", "mailer failed badly");

test("what a neighbour in the same list says is not quoted about the sick object", () => {
  const lines = tellingLines(listed(mailer, event("quotes-7c8-fghij", "probe refused")), "", 5, "quotes");
  expect(lines.join("\n")).toContain("probe refused");
  expect(lines.join("\n")).not.toContain("mailer");
});

test("where the list says nothing of the object itself, the others are all there is", () => {
  expect(tellingLines(listed(mailer), "", 5, "node-1").join("\n")).toContain("mailer failed badly");
});
