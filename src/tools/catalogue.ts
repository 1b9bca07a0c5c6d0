import type { ToolCall, ToolSpec } from "../ports/model.ts";
import { concludeSpec } from "./conclude.ts";
import { logs } from "./logs.ts";
import { metricsQuery } from "./metrics-query.ts";
import { describe, events, get, list } from "./objects.ts";
import { openSpec } from "./open.ts";
import { rolloutHistory } from "./rollout-history.ts";
import { runbookSearch } from "./runbook-search.ts";
import { type Asked, refuse, type Scope, type Tool } from "./tool.ts";

/** All that a model may look at. Closed: a name that is not here is refused. */
const tools: readonly Tool[] = [get, list, describe, events, logs, rolloutHistory, metricsQuery, runbookSearch];

export const toolSpecs: readonly ToolSpec[] = [...tools.map(({ spec }) => spec), openSpec, concludeSpec];

/** What a call of the model asks for, or why it is refused. */
export const readCall = ({ name, args }: ToolCall, scope: Scope): Asked =>
  tools.find(({ spec }) => spec.name === name)?.read(args, scope) ??
  refuse(`there is no such tool; there are ${toolSpecs.map((spec) => spec.name).join(", ")}`);
