import type { Incident, Update } from "../incident/incident.ts";
import { isoNow } from "../ports/clock.ts";
import type { Ports } from "../ports/index.ts";
import type { Judgement, Look } from "../rules/index.ts";
import type { Budget } from "./budget.ts";
import { unknownBecause } from "./diagnose-unknown.ts";

export type DiagnoseByRules = (look: Look) => Judgement;

const whyUnknown = ({ candidates }: Judgement, model: Ports["model"]): string[] => [
  model === null ? "no model configured; rules only" : `the model ${model.name} was not asked; rules only`,
  candidates.length === 0 ? "no rule matches what was seen" : "no rule is certain of what was seen",
];

/** Names the cause, or asks for what would decide it, or says what is missing. Never touches the world. */
export const diagnose =
  ({ archive, clock, model }: Pick<Ports, "model" | "archive" | "clock">, budget: Budget, rules: DiagnoseByRules) =>
  async ({ subject, alerts, evidence: ids, rounds }: Incident): Promise<Update> => {
    const evidence = await archive.open(ids);
    const judgement = rules({ evidence, subject, alerts, now: isoNow(clock) });
    if (judgement.certain !== null) return { diagnosis: judgement.certain, questions: [] };
    if (judgement.wants.length > 0 && rounds < budget.rounds) return { diagnosis: null, questions: judgement.wants };
    const reasons = whyUnknown(judgement, model);
    return { diagnosis: unknownBecause(reasons, evidence, judgement.candidates), questions: [] };
  };
