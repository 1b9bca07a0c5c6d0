import { expect, test } from "vitest";
import { deedsIn } from "./audit.ts";

const line = (verb: string, resource: string, query = ""): string =>
  JSON.stringify({
    verb,
    requestURI: `/apis/apps/v1/namespaces/shop/${resource}/x${query}`,
    requestReceivedTimestamp: "2026-01-02T00:00:00.000000Z",
    user: { username: "system:serviceaccount:nightshift:nightshift-writer" },
    objectRef: { resource, namespace: "shop", name: "x" },
    responseStatus: { code: 200 },
  });

test("the audit reader sees a write and a Secret read, and tells a dry run from a write", () => {
  const log = [line("patch", "deployments"), line("patch", "deployments", "?dryRun=All"), line("get", "secrets")];
  expect(deedsIn(log.join("\n"), "2026-01-01T00:00:00Z")).toEqual({
    reads: 1,
    dryRuns: ["nightshift-writer patch deployments/x in shop: 200"],
    writes: ["nightshift-writer patch deployments/x in shop: 200"],
    secrets: ["nightshift-writer get secrets/x in shop: 200"],
  });
  expect(deedsIn(log.join("\n"), "2026-01-03T00:00:00Z").writes).toEqual([]);
});
