import { expect, test } from "vitest";
import { conceptsIn } from "../../src/runbooks/concepts.ts";

const keys = (text: string): string[] => conceptsIn(text).map(({ key }) => key);

test("a number of an address or a version is no count", () => {
  expect(keys("it went down to 0")).toContain("#scaled-zero");
  expect(keys("BGPPeerDown peer=203.0.113.9 asn=64496")).not.toContain("#scaled-zero");
  expect(keys("down since v1.0.0")).not.toContain("#scaled-zero");
});
