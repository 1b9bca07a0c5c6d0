import { statsOf } from "../incident/stats.ts";
import { readIncident } from "../store/incidents.ts";
import { readCases } from "../store/stats.ts";
import { decide } from "./decide.ts";
import { feedback } from "./feedback.ts";
import { follow } from "./follow.ts";
import { type ReceiveDeps, receive } from "./receive.ts";
import { postMortem, showReplay, startReplay } from "./replays.ts";
import { reportOf } from "./report-of.ts";
import type { Responder } from "./responder.ts";
import { evidence, list, show, timeline } from "./views.ts";

export interface ResponderDeps extends ReceiveDeps {
  link(incidentId: string): string;
  /** Takes secrets out of what people write. */
  redactText?(text: string): string;
}

/** Puts the verbs together. None of them runs the graph: they read, or they commit and signal. */
export const makeResponder = (deps: ResponderDeps): Responder => {
  const { pool } = deps.store;
  const say = feedback({ pool, now: () => deps.world.clock.now(), redact: deps.redactText ?? ((text) => text) });
  const looking = { pool, clock: deps.world.clock, link: deps.link };
  return {
    receive: receive(deps),
    decide: decide(deps),
    list: list(pool),
    show: show(pool, deps.link),
    timeline: timeline(pool),
    evidence: evidence(pool),
    report: async (id) => {
      const stored = await readIncident(pool, id);
      return stored === null ? null : reportOf(pool, stored, deps.link);
    },
    replay: startReplay(looking),
    showReplay: showReplay(looking),
    postMortem: postMortem(looking),
    feedback: (id, said, person) => say(id, said, person.name),
    stats: async () => statsOf(await readCases(pool), deps.world.clock.now()),
    follow: follow(pool),
  };
};
