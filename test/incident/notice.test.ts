import { expect, test } from "vitest";
import { type Notice, reportOf } from "../../src/incident/notice.ts";

const notice: Notice = {
  key: "page:i",
  incidentId: "i",
  channel: "page",
  title: "t",
  text: "short",
  severity: "critical",
  link: "http://localhost/i",
  pagerdutyIncident: null,
  besides: ["Holds 2 more of the same cause: Deployment/a in shop, Deployment/b in shop."],
};

test("what stands beside an incident comes below the title of its report, and before a text without one", () => {
  const report =
    "# CRITICAL Deployment/web in shop, NEEDS A PERSON\n\n**Now:** nothing was changed.\n\n**Cause:** not known.";

  expect(reportOf({ ...notice, report }).split("\n\n")).toEqual([
    "# CRITICAL Deployment/web in shop, NEEDS A PERSON",
    notice.besides?.[0],
    "**Now:** nothing was changed.",
    "**Cause:** not known.",
  ]);
  expect(reportOf(notice)).toBe(`${notice.besides?.[0]}\nshort`);
  expect(reportOf({ ...notice, report, besides: [] })).toBe(report);
});
