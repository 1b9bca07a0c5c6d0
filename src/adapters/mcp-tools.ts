import type { Tool } from "@modelcontextprotocol/sdk/types.js";
import type { ToolSpec } from "../ports/model.ts";
import type { ServerSettings } from "./mcp-file.ts";
import { noteOf, plainSchema } from "./mcp-schema.ts";

const longestName = 64;
const longestDescription = 300;
const longestSchema = 4_000;

export interface AcceptedTool {
  /** As the server calls it. */
  remote: string;
  spec: ToolSpec;
}

export interface RefusedTool {
  remote: string;
  why: string;
}

export interface Accepted {
  tools: AcceptedTool[];
  refused: RefusedTool[];
}

/** Begins with `mcp_` and the server's name: it can take the place of no tool of ours, nor of another server's. */
const offeredName = (server: string, remote: string): string =>
  `mcp_${server}_${remote.replace(/[^A-Za-z0-9_-]/g, "_")}`;

/** The word of the server that a tool writes is believed, its silence is not taken for the opposite. */
const whyNot = ({ annotations, inputSchema }: Tool, vouched: boolean): string | null => {
  const { readOnlyHint, destructiveHint } = annotations ?? {};
  if (readOnlyHint === false || destructiveHint === true) return "the server says that it changes something";
  if (readOnlyHint !== true && !vouched)
    return "the server does not say that it only reads; where you know that it does, name it under readOnly, too";
  return inputSchema.type === "object" ? null : "its arguments are no object";
};

const specOf = (server: string, { name, description, inputSchema }: Tool): ToolSpec => ({
  name: offeredName(server, name),
  description: `${server}: ${noteOf(description, longestDescription) || noteOf(name)}`,
  schema: { properties: {}, ...plainSchema(inputSchema), type: "object" },
});

const judged = (
  server: string,
  remote: string,
  found: readonly Tool[],
  settings: ServerSettings,
): string | ToolSpec => {
  const [tool, twice] = found;
  if (tool === undefined) return "the server lists no such tool, or not as the protocol wants it";
  if (twice !== undefined) return "the server lists two tools of this name";
  const why = whyNot(tool, settings.readOnly.includes(remote));
  if (why !== null) return why;
  const spec = specOf(server, tool);
  if (spec.name.length > longestName) return `${spec.name} is longer than the ${longestName} characters models take`;
  return JSON.stringify(spec.schema).length > longestSchema ? "its schema is too large" : spec;
};

/** Of what a server lists, the tools that are allowed by name and say that they only read; and why the others are not. */
export const acceptedTools = (server: string, settings: ServerSettings, listed: readonly Tool[]): Accepted => {
  const accepted: Accepted = { tools: [], refused: [] };
  for (const remote of new Set(settings.tools)) {
    const found = listed.filter(({ name }) => name === remote);
    const spec = judged(server, remote, found, settings);
    if (typeof spec === "string") accepted.refused.push({ remote, why: spec });
    else if (accepted.tools.some((other) => other.spec.name === spec.name))
      accepted.refused.push({ remote, why: `${spec.name} is taken by another of its tools` });
    else accepted.tools.push({ remote, spec });
  }
  return accepted;
};
