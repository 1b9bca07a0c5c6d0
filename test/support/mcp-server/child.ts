import { appendFileSync, readFileSync } from "node:fs";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { serverOf } from "./server.ts";

// Run by node itself: `node child.ts <file of tools> <file that counts the calls>`.
const [tools = "", count = ""] = process.argv.slice(2);
await serverOf(JSON.parse(readFileSync(tools, "utf8")), () => appendFileSync(count, ".")).connect(
  new StdioServerTransport(),
);
