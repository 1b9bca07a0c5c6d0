import type { Incident, Update } from "../incident/incident.ts";
import { isoNow } from "../ports/clock.ts";
import type { Ports } from "../ports/index.ts";
import type { Judgement, Look } from "../rules/index.ts";
import type { Budget } from "./budget.ts";
import { askedModel } from "./diagnose-model.ts";
import { unknownBecause } from "./diagnose-unknown.ts";

export type DiagnoseByRules = (look: Look) => Judgement;

const whyUnknown = ({ candidates }: Judgement): string[] => [
  "no model configured; rules only",
  candidates.length === 0 ? "no rule matches what was seen" : "no rule is certain of what was seen",
];

/**
 * Names the cause, or asks for what would decide it, or says what is missing. Rules first: what they are certain of no
 * model is asked about. Never touches the world; one call of the model at most.
 */
export const diagnose =
  ({ archive, clock, model }: Pick<Ports, "model" | "archive" | "clock">, budget: Budget, rules: DiagnoseByRules) =>
  async (incident: Incident): Promise<Update> => {
    const { subject, alerts, rounds } = incident;
    const evidence = await archive.open(incident.evidence);
    const now = isoNow(clock);
    const judgement = rules({ evidence, subject, alerts, now });
    if (judgement.certain !== null) return { diagnosis: judgement.certain, questions: [] };
    if (judgement.wants.length > 0 && rounds < budget.rounds) return { diagnosis: null, questions: judgement.wants };
    if (model !== null) return askedModel(model, clock, budget, { incident, evidence, judgement, now });
    return { diagnosis: unknownBecause(whyUnknown(judgement), evidence, judgement.candidates), questions: [] };
  };
