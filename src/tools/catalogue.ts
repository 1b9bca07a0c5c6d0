import type { ToolCall, ToolSpec } from "../ports/model.ts";
import { concludeSpec } from "./conclude.ts";
import { logs } from "./logs.ts";
import { metricsQuery } from "./metrics-query.ts";
import { describe, events, get, list } from "./objects.ts";
import { openSpec } from "./open.ts";
import { rolloutHistory } from "./rollout-history.ts";
import { runbookSearch } from "./runbook-search.ts";
import { readSourceCall } from "./source.ts";
import { type Asked, refuse, type Scope, type Tool } from "./tool.ts";

/** All that a model may look at. Closed: a name that is not here is refused. */
const tools: readonly Tool[] = [get, list, describe, events, logs, rolloutHistory, metricsQuery, runbookSearch];

export const toolSpecs: readonly ToolSpec[] = [...tools.map(({ spec }) => spec), openSpec, concludeSpec];

/** What a call of the model asks for, or why it is refused. Ours come first: no tool of another server takes their place. */
export const readCall = (call: ToolCall, scope: Scope, offered: readonly ToolSpec[] = []): Asked =>
  tools.find(({ spec }) => spec.name === call.name)?.read(call.args, scope) ??
  readSourceCall(call, offered) ??
  refuse(`there is no such tool; there are ${[...toolSpecs, ...offered].map(({ name }) => name).join(", ")}`);
