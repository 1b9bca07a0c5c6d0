import { expect, test } from "vitest";
import { isUnreadKey, subjectKey, unreadPage } from "../../src/incident/subject.ts";

const arn = "arn:aws:eks:eu-west-1:123456789012:cluster/prod";

test.each(["prod", arn, "a/b/c"])("the key of a page that could not be read is known in cluster %s", (cluster) => {
  expect(isUnreadKey(subjectKey({ cluster, namespace: null, kind: unreadPage, name: "Q1" }))).toBe(true);
  expect(isUnreadKey(subjectKey({ cluster, namespace: "shop", kind: "Deployment", name: unreadPage }))).toBe(false);
});
