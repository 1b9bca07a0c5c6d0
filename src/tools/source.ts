import { canonical } from "../incident/canonical.ts";
import type { ToolCall, ToolSpec } from "../ports/model.ts";
import { PortError } from "../ports/port-error.ts";
import type { Sources } from "../ports/sources.ts";
import { type Asked, ask, refuse } from "./tool.ts";

const longestArgs = 2_000;

/** What a model may ask of others now. Where they cannot be asked it has our own tools, and nothing stops. */
export const toolsOf = async (sources: Sources | null | undefined): Promise<ToolSpec[]> => {
  if (sources == null) return [];
  try {
    return await sources.tools();
  } catch (error) {
    if (error instanceof PortError) return [];
    throw error;
  }
};

/** A call of one of these; undefined: it is none of them. */
export const readSourceCall = ({ name, args }: ToolCall, offered: readonly ToolSpec[]): Asked | undefined => {
  if (!offered.some((tool) => tool.name === name)) return undefined;
  if (typeof args !== "object" || args === null || Array.isArray(args)) return refuse("its arguments are an object");
  const text = canonical(args);
  return text.length > longestArgs
    ? refuse(`its arguments have at most ${longestArgs} characters`)
    : ask({ ask: "source", tool: name, args: text });
};
