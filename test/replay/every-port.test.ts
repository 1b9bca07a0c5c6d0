import { expect, test } from "vitest";
import type { Settings } from "../../src/graph/graph.ts";
import { TapedSettings } from "../../src/incident/tape.ts";
import type { Ports } from "../../src/ports/index.ts";
import { portNames, type Through, taped } from "../../src/replay/taped.ts";
import { turnPorts } from "../../src/responder/turn-ports.ts";
import { walkNight } from "./stage.ts";

/** What a replay answers by itself, from a store of its own. Whatever is added here is not on the tape. */
const past = ["archive.keep", "archive.open", "ledger.openApproval", "ledger.settle", "outbox.send"];

const noting = () => {
  const asked: string[] = [];
  const through: Through = {
    redact: (value) => value,
    call: async (name, _args, live, form) => {
      asked.push(name);
      return form.back(form.keep(await live()));
    },
    now: (live) => {
      asked.push("clock.now");
      return live();
    },
  };
  return { asked, through };
};

/** A port that has any method and answers each with what all forms can keep. */
const willing = (): object => new Proxy({}, { get: () => async () => ({ objects: [], metadata: {} }) });

test("every method of every port is on the tape, also one that nobody has thought of yet", async () => {
  const { asked, through } = noting();
  const names = [...portNames];
  const ports = taped(
    Object.fromEntries([...names.map((name) => [name, willing()]), ["clock", { now: () => new Date(0) }]]) as Ports,
    through,
  );

  for (const name of names) await (ports[name] as unknown as { ofTomorrow(): Promise<unknown> }).ofTomorrow();
  for (const call of past) {
    const [name = "", method = ""] = call.split(".");
    await (ports as unknown as Record<string, Record<string, () => Promise<unknown>>>)[name]?.[method]?.();
  }
  ports.clock.now();

  expect(asked).toEqual([...names.map((name) => `${name}.ofTomorrow`), "clock.now"]);
});

test("a port that the tape does not know stops the walk instead of being asked past it", () => {
  const { through } = noting();
  const more = { clock: { now: () => new Date(0) }, oracle: willing() } as unknown as Ports;

  expect(() => taped(more, through)).toThrow("the port oracle has no way onto the tape");
});

test("the ports of a real turn are those that the tape knows, and what it noted of them is on the tape", async () => {
  const { deps, db, id } = await walkNight("missing-setting");
  const turn = { incidentId: id, fence: 1, counter: 0, attempts: 0, failures: 0 };

  const real = Object.keys(turnPorts(deps.store, turn, deps.world, deps.settings.redact));
  const { rows } = await db.pool.query("select entry -> 'settings' -> 'ports' as ports from nightshift.tape limit 1");

  expect(real.sort()).toEqual([...portNames, "clock"].sort());
  expect(rows[0].ports).toMatchObject({ cluster: { name: "demo" }, metrics: null, model: null });
});

test("everything a walk is told besides the world has a place on the tape", () => {
  // A setting without one does not compile.
  const shape: Record<keyof Omit<Settings, "redact" | "link" | "heard">, unknown> = TapedSettings.shape;

  expect(Object.keys(shape)).toContain("policy");
});
