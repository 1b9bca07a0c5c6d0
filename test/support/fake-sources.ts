import { PortError } from "../../src/ports/port-error.ts";
import type { Sources } from "../../src/ports/sources.ts";
import type { ExamTool } from "../ports/sources-exam.ts";

const longest = 64 * 1024;
const schema = { type: "object", properties: { text: { type: "string" } } };

/** Tools as data, of a server called `logs`; `heard` is what was asked. */
export const fakeSources = (tools: readonly ExamTool[]): Sources & { heard: string[]; tools: Sources["tools"] } => {
  const heard: string[] = [];
  return {
    heard,
    tools: async () => tools.map(({ name }) => ({ name: `mcp_logs_${name}`, description: `logs: ${name}`, schema })),
    ask: async (name, args) => {
      const tool = tools.find((one) => `mcp_logs_${one.name}` === name);
      if (tool === undefined) throw new PortError("sources", "invalid", `there is no tool ${name}`);
      heard.push(`${name} ${args}`);
      if (tool.fails) throw new PortError("sources", "failed", `${name} says: ${tool.says ?? ""}`);
      if (tool.says === null) return null;
      const left = tool.says.length - longest;
      if (left <= 0) return { text: tool.says, truncated: false };
      return { text: `${tool.says.slice(0, longest)}\n… ${left} characters left out …`, truncated: true };
    },
  };
};
