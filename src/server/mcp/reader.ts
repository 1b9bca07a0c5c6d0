import { CannotAnswer } from "../../ports/offer.ts";
import type { Reader } from "../../responder/responder.ts";

/** Runs one question against the database, and has it closed afterwards where it was opened for this. */
export type Reading = <T>(work: (reader: Reader) => Promise<T>) => Promise<T>;

export const found = <T>(value: T | null, what: string, hint: string): T => {
  if (value === null) throw new CannotAnswer("not-there", `there is no ${what}; ${hint}`);
  return value;
};

export const foundIncident = <T>(value: T | null, id: string): T =>
  found(value, `incident ${id}`, "list_incidents says which there are");

/** What came from outside was redacted when it came in. Once more on the way out costs little, and changes nothing then. */
export const redactedReader = (reader: Reader, redact: <T>(value: T) => T): Reader => ({
  list: async (...asked) => redact(await reader.list(...asked)),
  show: async (...asked) => redact(await reader.show(...asked)),
  timeline: async (...asked) => redact(await reader.timeline(...asked)),
  evidenceList: async (...asked) => redact(await reader.evidenceList(...asked)),
  evidence: async (...asked) => redact(await reader.evidence(...asked)),
  report: async (...asked) => redact(await reader.report(...asked)),
  postMortem: async (...asked) => redact(await reader.postMortem(...asked)),
  stats: () => reader.stats(),
});
