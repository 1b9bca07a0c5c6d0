import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readServerFile } from "../../src/adapters/mcp-file.ts";

const fileOf = (text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-mcp-file-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "mcp.json");
  writeFileSync(path, text);
  return path;
};

const saying = (server: object, name = "grafana"): string => fileOf(JSON.stringify({ mcpServers: { [name]: server } }));

test("a file as other programs have it is read, and allows no tool by itself", async () => {
  const path = saying({ type: "stdio", command: "uvx", args: ["mcp-grafana"], env: { GRAFANA_URL: "http://g" } });

  expect(await readServerFile(path)).toEqual({
    grafana: {
      type: "stdio",
      command: "uvx",
      args: ["mcp-grafana"],
      env: { GRAFANA_URL: "http://g" },
      headers: {},
      tools: [],
      readOnly: [],
    },
  });
});

test("it may be YAML", async () => {
  const path = fileOf("mcpServers:\n  my-logs: {url: 'https://logs.example/mcp', tools: [query]}\n");

  expect(await readServerFile(path)).toMatchObject({
    "my-logs": { url: "https://logs.example/mcp", tools: ["query"] },
  });
});

test.each([
  [{ command: "a", url: "http://b" }, "grafana", "say either command or url"],
  [{ tools: ["query"] }, "grafana", "say either command or url"],
  [{ url: "ftp://b" }, "grafana", "must be an http or https address"],
  [{ command: "a", tool: ["query"] }, "grafana", "tool"],
  [{ command: "a", tools: ["query"], readOnly: ["drop"] }, "grafana", "readOnly names a tool that tools does not"],
  [{ command: "a" }, "my_logs", "16 characters at most"],
])("%j as %s stops with an error that says %s", async (server, name, problem) => {
  await expect(readServerFile(saying(server, name))).rejects.toThrow(problem);
});

test("what is wrong is said without the values of the file", async () => {
  const path = saying({ command: "a", env: { TOKEN: ["secret-in-a-list"] } });

  const error = await readServerFile(path).catch((problem: Error) => problem.message);

  expect(error).toContain("TOKEN");
  expect(error).not.toContain("secret-in-a-list");
});

test("text that is no YAML, and a file that is not there, are errors that name the file", async () => {
  const path = fileOf("{mcpServers: [");

  await expect(readServerFile(path)).rejects.toThrow(path);
  await expect(readServerFile("/nowhere/mcp.json")).rejects.toThrow("/nowhere/mcp.json");
});
