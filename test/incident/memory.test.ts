import { describe, expect, test } from "vitest";
import { byRecord, type Fingerprint, type Remembered, recordOf, similarTo } from "../../src/incident/memory.ts";
import { similarPart, similarText as textOf } from "../../src/incident/write-up-similar.ts";
import { causeFrom, incidentWith } from "./night.ts";

const similarText = (similar: Parameters<typeof textOf>[0], now: string, diagnosed = "oom-limit-too-low") =>
  textOf(similar, now, diagnosed);
const asked: Fingerprint = {
  cluster: "prod",
  class: "oom-limit-too-low",
  subject: "shop/Deployment/web",
  kind: "Deployment",
  images: ["acme/web"],
  imageVersions: ["acme/web:1.4"],
  alerts: ["KubePodCrashLooping"],
  templates: [],
  scope: "isolated",
};
const memory = (id: string, changes: Partial<Remembered> = {}, print: Partial<Fingerprint> = {}): Remembered => ({
  incidentId: id,
  fingerprint: { ...asked, ...print },
  openedAt: `2026-05-0${id}T00:00:00.000Z`,
  closedAt: `2026-05-0${id}T01:00:00.000Z`,
  status: "resolved",
  statement: "",
  tried: [{ verb: "raise-memory-limit", ended: "helped" }],
  decidedBy: "ana",
  rejected: false,
  feedback: null,
  ...changes,
});
const wrong = (name: NonNullable<Fingerprint["class"]> | null) => ({
  feedback: { at: "2026-05-09T00:00:00.000Z", by: "ana", correct: false, class: name, note: null },
});
const near = (...remembered: Remembered[]) => similarTo(asked, ["oom-limit-too-low"], remembered);

describe("likeness", () => {
  test("says what is common, and how often, and how it ended", () => {
    const similar = near(
      memory("1"),
      memory("2"),
      memory("3", { tried: [{ verb: "raise-memory-limit", ended: "undone" }] }),
    );

    expect(similarText(similar, "2026-05-14T00:00:00.000Z")).toBe(
      "same class, same object, same image, same alert, same scope, 3 times in 13 days; " +
        "raise-memory-limit undone once, helped twice. Last: 3.",
    );
  });

  test("is counted by itself, and the last is the latest of all", () => {
    const similar = near(
      memory("1"),
      memory("2"),
      memory("3", {}, { subject: "shop/Deployment/other", alerts: [] }),
      memory("4", { tried: [] }, { scope: "widespread" }),
      memory("5", { tried: [{ verb: "raise-memory-limit", ended: "undone" }] }, { subject: "a/Deployment/b" }),
    );

    expect(similarText(similar, "2026-05-14T00:00:00.000Z")).toBe(
      "same class, same object, same image, same alert, 3 times in 13 days; raise-memory-limit helped twice. " +
        "Also same class, same image, same scope, twice in 11 days; raise-memory-limit undone once, helped once. Last: 5.",
    );
  });

  test("of images is that of their versions; one repository with another tag is said as such", () => {
    const common = (changes: Partial<Fingerprint>) => near(memory("1", {}, changes))[0]?.common ?? [];

    expect(common({})).toContain("image");
    expect(common({ imageVersions: ["acme/web:1.3"] })).toContain("image repository, other tag");
    expect(common({ imageVersions: [] })).toContain("image repository");
    expect(common({ imageVersions: ["acme/web:1.3"] })).not.toContain("image");
    expect(
      similarText(near(memory("1", {}, { imageVersions: ["acme/web:1.3"] })), "2026-05-02T00:00:00.000Z"),
    ).toContain("same class, same object, same image repository, other tag, same alert");
  });

  test("is not an alert's name alone, nor an image alone", () => {
    const stranger = { class: "volume-full" as const, subject: "x/Deployment/y", scope: null };

    expect(near(memory("1", {}, { ...stranger, images: [] }))).toEqual([]);
    expect(near(memory("1", {}, { ...stranger, alerts: [] }))).toEqual([]);
  });
});

describe("what a person corrected", () => {
  test("is what is remembered", () => {
    const corrected = memory("1", wrong("oom-memory-leak"), { subject: "x/Deployment/y", images: [] });

    expect(similarTo({ ...asked, scope: null }, ["oom-memory-leak"], [corrected])[0]?.common).toContain("class");
  });

  test.each(["oom-memory-leak", null] as const)(
    "is found where the wrong class is diagnosed again (really %s)",
    (real) => {
      const sister = { subject: "x/Deployment/y", alerts: [] };

      expect(near(memory("1", wrong(real), sister))[0]?.common).toContain("class");
      expect(near(memory("1", wrong(real), { ...sister, class: "volume-full" }))).toEqual([]);
    },
  );

  test("is found behind any number of others that are more alike", () => {
    const others = Array.from({ length: 40 }, () => memory("2"));
    const sister = memory("1", wrong("oom-memory-leak"), { subject: "x/Deployment/y", scope: null, alerts: [] });

    const similar = near(...others, sister);

    expect(similar).toHaveLength(20);
    expect(similar.map(({ incidentId }) => incidentId)).toContain("1");
    expect(similarText(similar, "2026-05-14T00:00:00.000Z")).toContain("it was oom-memory-leak.");
  });

  test("is not said to have helped", () => {
    const text = (...similar: Remembered[]) => similarText(near(...similar), "2026-05-14T00:00:00.000Z");

    expect(text(memory("1", wrong("oom-memory-leak")))).toMatch(
      /, once that was called oom-memory-leak afterwards\. Last: 1\. A person called that diagnosis wrong once: it was oom-memory-leak\.$/,
    );
    expect(text(memory("1"), memory("2", wrong(null)))).toContain(
      ", once in 13 days; raise-memory-limit helped once; once more that was called wrong afterwards. ",
    );
    expect(text(memory("1"), memory("2"), memory("3", wrong("oom-memory-leak")))).toContain(
      ", twice in 13 days; raise-memory-limit helped twice; once more that was called oom-memory-leak afterwards. ",
    );
  });

  test("is no word against another diagnosis than the one that was called wrong", () => {
    const corrected = memory("1", wrong("oom-memory-leak"));
    const similar = similarTo(asked, ["oom-memory-leak"], [corrected, memory("2", {}, { class: "oom-memory-leak" })]);

    const text = similarText(similar, "2026-05-14T00:00:00.000Z", "oom-memory-leak");

    expect(text).toContain("; once more that was called oom-memory-leak afterwards. ");
    expect(text).not.toContain("that diagnosis");
  });

  test("does not count as help", () => {
    expect(recordOf(near(memory("1"), memory("2")))).toEqual(new Map([["raise-memory-limit", 2]]));
    expect(recordOf(near(memory("1"), memory("2", wrong(null))))).toEqual(new Map([["raise-memory-limit", 1]]));
  });
});

test("of what came back, it says that what was done did not last only where something was done", () => {
  const partWith = (...tried: Remembered["tried"]): string => {
    const incident = incidentWith({ diagnosis: causeFrom([]), similar: near(memory("1", { tried })) });
    return similarPart({ incident, status: "escalated", evidence: [], links: { page: "" }, notes: [] })
      .join(" ")
      .replace(/\s+/g, " ");
  };

  const untouched = "**It came back** (2 times now): it ended and is back. The lasting fix";
  expect(partWith()).toContain(untouched);
  expect(partWith({ verb: "raise-memory-limit", ended: "not-made" })).toContain(untouched);
  expect(partWith({ verb: "raise-memory-limit", ended: "helped" })).toContain(
    "(2 times now): what was done did not last.",
  );
});

test("an order by record keeps what is there and adds nothing", () => {
  expect(byRecord(["a", "b", "c"], (one) => ({ a: -1, b: 0, c: 2 })[one] ?? 0)).toEqual(["c", "b", "a"]);
  expect(byRecord(["a", "b"], () => 0)).toEqual(["a", "b"]);
});
