import type { Model } from "./model.ts";

/** Two models as one: a cheap one for requests of the triage tier, a strong one for all others. */
export const tiered = (triage: Model, strong: Model): Model => ({
  name: strong.name,
  triage: triage.name,
  reply: (request, signal) => (request.tier === "triage" ? triage : strong).reply(request, signal),
});
