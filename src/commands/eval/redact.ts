import { redactor } from "../../ports/redacted.ts";

/** What a recording holds may be as secret as what a live cluster says: a model and its tapes get it without, as there. */
export const redact = redactor("eval");
