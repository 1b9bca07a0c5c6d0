import type { Pool } from "pg";
import { statsOf } from "../incident/stats.ts";
import type { Clock } from "../ports/clock.ts";
import type { ReplayOptions } from "../replay/replay.ts";
import { readIncident } from "../store/incidents.ts";
import { readCases } from "../store/stats.ts";
import { touched } from "./by-person.ts";
import { decide } from "./decide.ts";
import { feedback } from "./feedback.ts";
import { follow } from "./follow.ts";
import { type ReceiveDeps, receive } from "./receive.ts";
import { postMortem, showReplay, startReplay } from "./replays.ts";
import { reportOf } from "./report-of.ts";
import type { Reader, Responder } from "./responder.ts";
import { evidence, evidenceList, list, show, timeline } from "./views.ts";

export interface ResponderDeps extends ReceiveDeps {
  link(incidentId: string): string;
  /** Takes secrets out of what people write. */
  redactText?(text: string): string;
  /** For replays with other runbooks. */
  lexicon?: ReplayOptions["lexicon"];
}

interface ReaderDeps {
  pool: Pool;
  clock: Clock;
  link(incidentId: string): string;
}

/** The verbs that only look; they need the database alone. */
export const makeReader = (deps: ReaderDeps): Reader => {
  const { pool, clock, link } = deps;
  return {
    list: list(pool),
    show: show(pool, link),
    timeline: timeline(pool),
    evidenceList: evidenceList(pool),
    evidence: evidence(pool),
    report: async (id) => {
      const stored = await readIncident(pool, id);
      return stored === null ? null : reportOf(pool, stored, link);
    },
    postMortem: postMortem(deps),
    stats: async () => statsOf(await readCases(pool), clock.now()),
  };
};

/** Puts the verbs together. None of them runs the graph: they read, or they commit and signal. */
export const makeResponder = (deps: ResponderDeps): Responder => {
  const { pool } = deps.store;
  const say = feedback({ pool, now: () => deps.world.clock.now(), redact: deps.redactText ?? ((text) => text) });
  const looking = { pool, clock: deps.world.clock, link: deps.link, lexicon: deps.lexicon };
  return {
    ...makeReader(looking),
    receive: receive(deps),
    decide: decide(deps),
    touched: touched(deps),
    replay: startReplay(looking),
    showReplay: showReplay(looking),
    feedback: (id, said, person) => say(id, said, person.name),
    follow: follow(pool),
  };
};
