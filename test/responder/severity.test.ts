import { expect, test } from "vitest";
import { alert } from "../support/incidents.ts";
import { type Walking, walkStory } from "./walking.ts";

const warnings = () => walkStory("bad-rollout", {}, undefined, (one) => ({ ...one, severity: "warning" }));

/** Another alert about the same object. */
const worse = async ({ id, row, deliver }: Walking, severity: string): Promise<string | undefined> => {
  const { namespace, kind, name } = (await row()).subject;
  const labels = { namespace: namespace ?? "", [kind.toLowerCase()]: name };
  const [joined] = await deliver([alert({ fingerprint: severity, name: `Kube${severity}`, severity, labels })]);
  expect(joined).toBe(id);
  return joined;
};

const cardOf = async ({ notices }: Walking) => (await notices()).find(({ channel }) => channel === "card");

test("an incident is as severe as the worst alert that joined it, and its card says so once", async () => {
  const walking = await warnings();
  await walking.walk();
  expect((await walking.row()).severity).toBe("warning");
  const before = await cardOf(walking);

  await worse(walking, "critical");
  await worse(walking, "info");

  const after = await cardOf(walking);
  expect((await walking.row()).severity).toBe("critical");
  expect(before?.body.title).toMatch(/^WARNING /);
  expect(after?.body.title).toMatch(/^CRITICAL /);
  expect(after?.version).toBe((before?.version ?? 0) + 1);
  const lines = (await walking.journal()).map(({ line }) => line);
  expect(lines.filter((line) => line === "severity rises to critical")).toHaveLength(1);
});

test("what the walk tells later is as severe as it has become", async () => {
  const walking = await warnings();
  await walking.walk();
  await worse(walking, "critical");
  await walking.answer("reject");
  await walking.walk();

  const page = (await walking.notices()).find(({ channel }) => channel === "page");
  expect(page?.body).toMatchObject({ severity: "critical", title: expect.stringMatching(/^CRITICAL /) });
  expect((await walking.row()).severity).toBe("critical");
});

test("control: alerts that are no worse leave the card as it is", async () => {
  const walking = await warnings();
  await walking.walk();
  const before = await cardOf(walking);

  await worse(walking, "info");

  expect(await cardOf(walking)).toEqual(before);
});
