import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { serverLines } from "../../src/commands/doctor-servers.ts";
import { readConfig } from "../../src/config.ts";
import { childServer } from "../support/mcp-server/open.ts";
import { nightshift } from "../support/nightshift.ts";

const fileOf = (servers: object): Record<string, string> => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-mcp-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "mcp.json"), JSON.stringify({ mcpServers: servers }));
  return { NIGHTSHIFT_MCP: join(folder, "mcp.json") };
};

test("a person sees what the model may ask and why not more, and can ask it", async () => {
  const { command, args } = childServer([{ name: "query", says: "42 errors" }, { name: "drop" }]);
  const env = fileOf({ logs: { command, args, tools: ["query", "lost"] }, dead: { command: "/no/such/program" } });

  const [listed, asked, refused, looked] = await Promise.all([
    nightshift(["mcp", "tools"], env),
    nightshift(["mcp", "call", "mcp_logs_query", '{"text":"x"}'], env),
    nightshift(["mcp", "call", "mcp_logs_drop"], env),
    serverLines(readConfig(env)),
  ]);

  expect(listed.code).toBe(1);
  expect(listed.stdout).toContain("✓ mcp_logs_query  logs: query");
  expect(listed.stdout).toContain("✗ logs lost: the server lists no such tool");
  expect(listed.stdout).toContain("✗ dead: dead could not be reached");
  expect(listed.stdout).not.toContain("drop");
  expect([asked.code, asked.stdout]).toEqual([0, "42 errors\n"]);
  expect([refused.code, refused.stderr]).toEqual([
    1,
    expect.stringContaining("no tool mcp_logs_drop that may be asked"),
  ]);
  expect(looked).toMatchObject([
    { what: "mcp logs", state: "bad", detail: expect.stringContaining("may be asked: mcp_logs_query; not lost") },
    { what: "mcp dead", state: "bad" },
  ]);
});

test("what a person asks is redacted as what the model asks", async () => {
  const { command, args } = childServer([{ name: "query", says: "user=web password=hunter2hunter2 host=db-1" }]);
  const env = fileOf({ logs: { command, args, tools: ["query"] } });
  const { stdout } = await nightshift(["mcp", "call", "mcp_logs_query", "{}"], env);

  expect(stdout).not.toContain("hunter2hunter2");
  expect(stdout).toContain("host=db-1");
});

test("serve does not start with a file that is not understood, and names it beside all other problems", async () => {
  const { code, stderr } = await nightshift(["serve"], { ...fileOf({ logs: { tools: ["query"] } }), PORT: "x" });

  expect(code).toBe(2);
  expect(stderr).toContain("NIGHTSHIFT_MCP");
  expect(stderr).toContain("say either command or url");
  expect(stderr).toContain("PORT: must be a number");
});

test("mcp tools without a file, and what there is not, are usage errors", async () => {
  const [none, wrong] = await Promise.all([nightshift(["mcp", "tools"]), nightshift(["mcp", "list"])]);

  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("NIGHTSHIFT_MCP names no file")]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("there are mcp tools and mcp call")]);
});
