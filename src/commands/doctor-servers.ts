import type { Config } from "../config.ts";
import { type Looked, lookAtServers } from "../sources.ts";
import { type DoctorLine, off } from "./doctor-line.ts";

const lineOf = ({ server, why, found }: Looked): DoctorLine => {
  const what = `mcp ${server}`;
  if (why !== null) return { what, state: "bad", detail: why };
  const offered = found.tools.map(({ spec }) => spec.name).join(", ");
  const refused = found.refused.map((tool) => `; not ${tool.remote}: ${tool.why}`).join("");
  const state = found.refused.length > 0 ? "bad" : "ok";
  return { what, state, detail: `may be asked: ${offered || "nothing"}${refused}` };
};

/** The servers the model may ask: whether each answers, and which of its tools. */
export const serverLines = async ({ NIGHTSHIFT_MCP: path }: Config): Promise<DoctorLine[]> => {
  if (path === undefined) return [off("mcp", "set NIGHTSHIFT_MCP to let the model ask other servers")];
  try {
    return (await lookAtServers(path)).map(lineOf);
  } catch (error) {
    return [{ what: "mcp", state: "bad", detail: error instanceof Error ? error.message : String(error) }];
  }
};
