import { expect, test } from "vitest";
import type { TapedCall, Visit } from "../../src/incident/tape.ts";
import type { Recording } from "../../src/replay/recording.ts";
import { replay } from "../../src/replay/replay.ts";
import { recordingOf } from "../../src/responder/recordings.ts";
import { stepLine } from "../../src/responder/story.ts";
import { keepVisit, readTape } from "../../src/store/tapes.ts";
import { type Night, walkNight } from "./stage.ts";

const recorded = async ({ db, id }: Night): Promise<Recording> => {
  const recording = await recordingOf(db.pool, id);
  if (recording === null) throw new Error("there is no such incident");
  return recording;
};

const play = (recording: Recording) => replay(recording, { mode: "faithful" }, { line: stepLine });

const changed = (recording: Recording, node: string, change: (calls: TapedCall[]) => TapedCall[]): Recording => ({
  ...recording,
  tape: recording.tape.map((visit) => (visit.node === node ? { ...visit, calls: change(visit.calls) } : visit)),
});

test("the order of the calls on the tape means nothing, one call less stops the replay and is named", async () => {
  const recording = await recorded(await walkNight("missing-setting"));

  expect(await play(changed(recording, "gather", (calls) => calls.toReversed()))).toMatchObject({ identical: true });

  const short = changed(recording, "gather", (calls) => calls.filter(({ said }) => !said.includes('"Node"')));
  const stopped = await play(short);
  expect(stopped).toMatchObject({ identical: false, divergence: { step: 1, node: "gather" } });
  expect(stopped.divergence?.call).toContain('"kind":"Node"');
});

test("answers nobody asks for are reported and are no divergence", async () => {
  const recording = await recorded(await walkNight("missing-setting"));
  const twice = changed(recording, "propose", (calls) => [...calls, ...calls.slice(0, 1)]);
  const more = changed(recording, "gather", (calls) => [...calls, ...calls.slice(0, 1)]);

  const [one] = (await play(more)).leftover;

  expect(one).toMatchObject({ node: "gather" });
  expect(await play(more)).toMatchObject({ identical: true });
  expect(await play(twice)).toMatchObject({ identical: true });
});

test("an answer that was another then shows at the step that saw it", async () => {
  const recording = await recorded(await walkNight("missing-setting"));
  const lied = changed(recording, "gather", (calls) =>
    calls.map((call) =>
      call.call === "cluster.names" ? { ...call, outcome: { kind: "answer", text: '["made-up"]' } as const } : call,
    ),
  );

  expect(await play(lied)).toMatchObject({ identical: false, divergence: { step: 1, node: "gather" } });
});

test("a visit is kept once, the last run of it; a worker that lost its turn keeps nothing", async () => {
  const night = await walkNight("missing-setting");
  const [first] = await readTape(night.db.pool, night.id);
  if (first === undefined) throw new Error("nothing was recorded");
  const { rows } = await night.db.pool.query<{ fence: string }>("select fence from nightshift.incidents");
  const fence = Number(rows[0]?.fence);
  const keep = keepVisit(night.db.pool);
  const again: Visit = { ...first, times: [1, 2, 3] };

  await keep({ incidentId: night.id, fence }, again);
  await expect(keep({ incidentId: night.id, fence: fence - 1 }, first)).rejects.toThrow("turn");

  const tape = await readTape(night.db.pool, night.id);
  expect(tape.filter(({ visit }) => visit === first.visit)).toEqual([again]);
});

test("each visit of a node is one statement, and every visit that asked something is on the tape", async () => {
  const night = await walkNight("bad-rollout");
  const steps = (await night.responder.timeline(night.id))?.filter(({ kind }) => kind === "step") ?? [];
  const silent = ["request-approval", "await-approval", "escalate", "report"];

  const tape = await readTape(night.db.pool, night.id);

  expect(tape.map(({ node }) => node)).toEqual(
    steps.map(({ actor }) => actor).filter((actor) => !silent.includes(actor)),
  );
  expect(tape.every(({ visit }, at) => tape.findIndex((other) => other.visit === visit) === at)).toBe(true);
});

test("a node that a crash made run twice is on the tape once, as it ran last, and replays the same", async () => {
  const crashed = new Set<string>();
  const looks: string[] = [];
  const night = await walkNight("bad-rollout", {
    beforeCheckpoint: ({ node, visit }) => {
      looks.push(`${node} ${visit}`);
      if (node === "verify" || crashed.has(node)) return;
      crashed.add(node);
      throw new Error("the process died after the tape was kept");
    },
  });

  const recording = await recorded(night);

  expect(crashed).toContain("act");
  expect(looks.length).toBe(recording.tape.length + crashed.size);
  expect(night.cluster.writes()).toHaveLength(1);
  expect(await play(recording)).toMatchObject({ identical: true, divergence: null });
});

test("memories are found on the tape by what every build asked for them", async () => {
  const { tape } = await recorded(await walkNight("bad-rollout"));
  const asked = tape.flatMap(({ calls }) => calls).filter(({ call }) => call === "memory.similar");

  expect(asked.length).toBeGreaterThan(0);
  for (const { said } of asked) expect(said).toMatch(/"cluster":"demo","images":\["[^"]+"\],"kind":/);
});
