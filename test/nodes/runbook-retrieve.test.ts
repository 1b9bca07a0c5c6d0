import { expect, test } from "vitest";
import { readRunbookFolder } from "../../src/adapters/runbook-folder.ts";
import type { Cause } from "../../src/incident/diagnosis.ts";
import { runbookRetrieve } from "../../src/nodes/runbook-retrieve.ts";
import { parsePages } from "../../src/runbooks/parse.ts";
import { bookshelf } from "../../src/runbooks/search.ts";
import { causeFrom, incidentWith, logOf, workload } from "../incident/night.ts";
import { asShipped } from "../support/lexicon.ts";

const { files } = await readRunbookFolder(new URL("../../runbooks", import.meta.url).pathname);
const log = logOf("fatal");
const archive = { keep: async () => undefined, open: async () => [log] };
const retrieve = runbookRetrieve({ bookshelf: bookshelf(parsePages(files).pages, asShipped), archive, memory: null });

test("a known cause brings the page of its class first, and says so", async () => {
  const { runbooks } = await retrieve(incidentWith({ diagnosis: causeFrom([log]) }));

  expect(runbooks?.length).toBe(3);
  expect(runbooks?.[0]).toMatchObject({ runbook: "oom-killed.md", confident: true });
  expect(runbooks?.[0]?.why).toMatch(/^class oom-limit-too-low; alert KubePodCrashLooping/);
});

test("an unknown cause is looked up by what it may be", async () => {
  const candidate: Cause["alsoSeen"][number] = {
    class: "volume-full",
    object: workload,
    statement: "The disk is full.",
    evidence: [log.id],
    confidence: 0.4,
  };

  const { runbooks } = await retrieve(
    incidentWith({ alerts: [], diagnosis: { kind: "unknown", missing: [], candidates: [candidate] } }),
  );

  expect(runbooks?.[0]?.runbook).toBe("volume-full.md");
});

test("before any diagnosis the alert alone finds pages", async () => {
  const { runbooks } = await retrieve(incidentWith());

  expect(runbooks?.[0]?.why).toContain("alert KubePodCrashLooping");
});
