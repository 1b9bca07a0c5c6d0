import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { expect, onTestFinished, test } from "vitest";
import { openMcpDoor } from "../../src/mcp-door.ts";
import { redactor } from "../../src/ports/redacted.ts";
import { openIncidents } from "../../src/store/ward.ts";
import { freshDatabase } from "../support/database.ts";
import { fresh } from "../support/incidents.ts";
import { openServer, unset } from "./open-server.ts";

const tokens = [{ name: "vi", role: "viewer" as const, token: "viewer-1" }];
const link = (id: string): string => `http://nightshift.test/${id}`;

/** The real server with one incident, and the address at which assistants ask. */
const openDoor = async (given: typeof tokens | [] = tokens): Promise<{ url: string; logged: string[] }> => {
  const db = await freshDatabase();
  await openIncidents(db.pool, [fresh(new Date("2026-01-02T03:04:00Z"))]);
  const logged: string[] = [];
  const log = (line: string) => void logged.push(line);
  const door = openMcpDoor(db.url, { link, redactor: redactor("k"), log });
  const server = await openServer({}, { mcp: door.answer, config: { ...unset, NIGHTSHIFT_TOKENS: given } });
  onTestFinished(async () => {
    await server.close();
    await door.close();
  });
  return { url: `${server.url}/mcp`, logged };
};

const asks = async (url: string, headers: Record<string, string>): Promise<Client> => {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }) as never);
  onTestFinished(() => client.close());
  return client;
};

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const initialize = (headers: Record<string, string>) => ({
  method: "POST",
  headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
  body: JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } },
  }),
});

test("an assistant with a viewer's token reads over HTTP, several at once", async () => {
  const { url } = await openDoor();
  const client = await asks(url, bearer("viewer-1"));

  const { tools } = await client.listTools();
  const answers = await Promise.all(
    ["list_incidents", "get_stats", "list_incidents"].map((name) => client.callTool({ name, arguments: {} })),
  );

  expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true);
  expect(JSON.stringify(answers[0])).toContain("inc_1");
  expect(answers[2]).toEqual(answers[0]);
  expect(answers.some(({ isError }) => isError)).toBe(false);
});

test("who has no valid token, or is a page of another origin, is refused; a token makes the difference", async () => {
  const { url } = await openDoor();
  const status = async (headers: Record<string, string>) => (await fetch(url, initialize(headers))).status;

  expect(await status({})).toBe(401);
  expect(await status(bearer("viewer-2"))).toBe(401);
  expect(await status({ ...bearer("viewer-1"), origin: "https://evil.example" })).toBe(403);
  expect(await status(bearer("viewer-1"))).toBe(200);
  await expect(asks(url, bearer("viewer-2"))).rejects.toThrow();
});

test("without tokens this machine may ask, and nothing but POST is there", async () => {
  const { url } = await openDoor([]);

  expect((await fetch(url, initialize({}))).status).toBe(200);
  expect((await fetch(url, initialize({ origin: "http://rebound.example" }))).status).toBe(403);
  expect((await fetch(url)).status).toBe(405);
  expect((await fetch(url, { method: "DELETE" })).status).toBe(405);
});

test("a database that does not answer is logged, and the assistant is told no more than that", async () => {
  const logged: string[] = [];
  const log = (line: string, fields?: object) => void logged.push(JSON.stringify({ line, fields }));
  const door = openMcpDoor("postgres://nora:hunter2@127.0.0.1:1/nowhere", { link, redactor: redactor("k"), log });
  await using server = await openServer({}, { mcp: door.answer });
  const client = await asks(`${server.url}/mcp`, {});

  const { content, isError } = await client.callTool({ name: "get_stats", arguments: {} });
  await door.close();

  expect([isError, content]).toEqual([
    true,
    [{ type: "text", text: "the database cannot be read; the log of Nightshift says why" }],
  ]);
  expect(logged.join()).toContain("ECONNREFUSED");
});
