import type { Config } from "../../config.ts";
import { askServer, lookAtServers } from "../../sources.ts";
import { print, UsageError } from "../command.ts";

const fileOf = ({ NIGHTSHIFT_MCP: path }: Config): string => {
  if (path === undefined) throw new UsageError("NIGHTSHIFT_MCP names no file of servers; docs/mcp.md shows one");
  return path;
};

/** What the model may ask of each server, and why not more. */
export const tools = async (config: Config): Promise<number> => {
  const all = await lookAtServers(fileOf(config));
  for (const { server, why, found } of all) {
    if (why !== null) {
      print(`✗ ${server}: ${why}`);
      continue;
    }
    for (const { spec } of found.tools) print(`✓ ${spec.name}  ${spec.description}`);
    for (const tool of found.refused) print(`✗ ${server} ${tool.remote}: ${tool.why}`);
    if (found.tools.length + found.refused.length === 0)
      print(`– ${server}: no tool is allowed; name some under tools`);
  }
  return all.some(({ why, found }) => why !== null || found.refused.length > 0) ? 1 : 0;
};

export const call = (config: Config, [tool, args = "{}"]: readonly string[]): Promise<string> => {
  const path = fileOf(config);
  if (tool === undefined) throw new UsageError("say which tool: nightshift mcp tools lists them");
  try {
    JSON.parse(args);
  } catch {
    throw new UsageError(`the arguments are no JSON: ${args.slice(0, 100)}`);
  }
  return askServer(path, tool, args);
};
