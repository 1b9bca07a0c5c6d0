import { expect, test } from "vitest";
import { noCost } from "../../src/incident/cost.ts";
import type { Model, ModelReply } from "../../src/ports/model.ts";
import { PortError } from "../../src/ports/port-error.ts";
import { tiered } from "../../src/ports/tiered.ts";
import { behindReadinessGate } from "../support/readiness-gate.ts";
import { walkNight } from "./stage.ts";

const ana = { name: "ana", role: "approver" as const, via: "api" };
const pod = "payments-api-7c678bcd54-l8fgm";
const looks: ModelReply = {
  calls: [{ name: "describe", args: { kind: "Pod", namespace: null, name: pod } }],
  text: "",
  finish: "tools",
  cost: { ...noCost, calls: 1, inputTokens: 100 },
};
const talks: ModelReply = { calls: [], text: "Have you tried DNS?", finish: "stop", cost: { ...noCost, calls: 1 } };

/** Says each line once, in order; after the last one it cannot be asked any more. */
const scripted = (replies: readonly ModelReply[]): Model & { asked: number } => {
  const model = {
    name: "test:scripted",
    asked: 0,
    reply: async () => {
      const reply = replies[model.asked];
      model.asked += 1;
      if (reply === undefined) throw new PortError("model", "rate-limited", "too many requests");
      return reply;
    },
  };
  return model;
};

test("what a model said, and that it could not be asked, is played from the tape", async () => {
  const model = scripted([looks, talks]);
  const night = await walkNight("missing-setting", { change: behindReadinessGate, model });
  const asked = model.asked;
  expect(asked).toBeGreaterThan(1);

  const replayId = await night.responder.replay(night.id, { mode: "faithful" }, ana);

  expect(await night.responder.showReplay(replayId ?? "")).toMatchObject({ identical: true, leftover: [] });
  expect(model.asked).toBe(asked);
});

test("what two tiers said is played from the tape, which knows that there were two", async () => {
  const [cheap, strong] = [scripted([looks, talks]), scripted([talks])];
  const night = await walkNight("missing-setting", { change: behindReadinessGate, model: tiered(cheap, strong) });
  const asked = [cheap.asked, strong.asked];
  expect(asked[0]).toBe(2);
  expect(asked[1]).toBeGreaterThan(0);

  const replayId = await night.responder.replay(night.id, { mode: "faithful" }, ana);

  expect(await night.responder.showReplay(replayId ?? "")).toMatchObject({ identical: true, leftover: [] });
  expect([cheap.asked, strong.asked]).toEqual(asked);
});

test("what if the model had said something else: the walks part where it was asked", async () => {
  const model = scripted([looks, talks]);
  const night = await walkNight("missing-setting", { change: behindReadinessGate, model });
  const asked = model.asked;
  const logs = { name: "describe", args: { kind: "Deployment", namespace: null, name: "payments-api" } };
  const changes = { modelAnswer: { calls: [logs], text: "" } };

  const replayId = await night.responder.replay(night.id, { mode: "what-if", changes }, ana);

  const replay = await night.responder.showReplay(replayId ?? "");
  expect(replay).toMatchObject({ status: "done", identical: false, divergence: { node: "diagnose" } });
  expect(replay?.divergence?.got).toContain('"kind":"Deployment"');
  expect(model.asked).toBe(asked);
});
