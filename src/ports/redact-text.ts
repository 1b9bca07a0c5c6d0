import { flags, named, variables } from "./redact-named.ts";
import type { Replace } from "./redact-rule.ts";
import { firstShapes, lastShapes } from "./redact-shapes.ts";
import { spokenForms } from "./redact-spoken.ts";

export type { Replace } from "./redact-rule.ts";

const rules = [...firstShapes, ...spokenForms, variables, named, flags, ...lastShapes];

export const redactText = (text: string, hide: Replace): string =>
  rules.reduce((rest, rule) => rule(rest, (secret) => (secret.startsWith("[redacted:") ? secret : hide(secret))), text);
