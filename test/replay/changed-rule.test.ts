import { afterEach, expect, test, vi } from "vitest";
import { certainFrom } from "../../src/rules/certain.ts";
import { walkNight } from "./stage.ts";

// The rule itself as it may look tomorrow: it has become less sure of what it sees.
const tomorrow = vi.hoisted(() => ({ confidence: null as number | null }));
vi.mock(import("../../src/rules/resources/memory.ts"), async (original) => {
  const today = await original();
  return {
    ...today,
    memory: (world) =>
      today.memory(world).map((found) => ({ ...found, confidence: tomorrow.confidence ?? found.confidence })),
  };
});

const ana = { name: "ana", role: "approver" as const, via: "api" };

test("a rule that was changed since shows at the first step that it moved, with both judgements", async () => {
  const night = await walkNight("out-of-memory");
  const replayed = async () => {
    const id = await night.responder.replay(night.id, { mode: "faithful" }, ana);
    return night.responder.showReplay(id ?? "");
  };
  expect(await replayed()).toMatchObject({ identical: true });

  tomorrow.confidence = certainFrom + 0.011;
  const surer = await replayed();
  expect(surer).toMatchObject({ identical: false, divergence: { step: 2, node: "diagnose" } });
  expect(surer?.divergence?.expected).toContain('"confidence":0.9');
  expect(surer?.divergence?.got).toContain('"confidence":0.861');
  expect(surer?.steps.map(({ same }) => same)).toEqual([true, false]);

  // Not sure any more: it asks on, which nobody did then.
  tomorrow.confidence = certainFrom - 0.1;
  const unsure = await replayed();
  expect(unsure).toMatchObject({ identical: false, divergence: { step: 2, node: "diagnose" } });
  expect(unsure?.divergence?.expected).not.toBe(unsure?.divergence?.got);
});

afterEach(() => {
  tomorrow.confidence = null;
});
