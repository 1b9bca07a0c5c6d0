import { readFile } from "node:fs/promises";
import { parse, YAMLParseError } from "yaml";
import { z } from "zod";

const largest = 64 * 1024;
const mostServers = 8;
/** Begins the names of its tools; without "_", so that no two servers can offer the same name. */
const serverName = /^[a-z][a-z0-9-]{0,15}$/;

const Text = z.string().max(4_000);
const Names = z.array(z.string().min(1).max(200)).max(50).default([]);

const Server = z
  .strictObject({
    /** As other programs write it into this file; which it is follows from `command` or `url`. */
    type: z.string().optional(),
    command: Text.optional(),
    args: z.array(Text).default([]),
    env: z.record(z.string(), Text).default({}),
    url: z.url({ protocol: /^https?$/, error: "must be an http or https address" }).optional(),
    headers: z.record(z.string(), Text).default({}),
    /** The tools that may be asked. */
    tools: Names,
    /** Those of them that only read although the server does not say so. */
    readOnly: Names,
  })
  .refine(({ command, url }) => (command === undefined) !== (url === undefined), "say either command or url")
  .refine(
    ({ tools, readOnly }) => readOnly.every((name) => tools.includes(name)),
    "readOnly names a tool that tools does not",
  );
export type ServerSettings = z.infer<typeof Server>;

const File = z.strictObject({
  mcpServers: z
    .record(z.string(), Server)
    .refine(
      (servers) => Object.keys(servers).every((name) => serverName.test(name)),
      "a server's name is like grafana or my-logs: small letters, digits and -, 16 characters at most",
    )
    .refine((servers) => Object.keys(servers).length <= mostServers, `at most ${mostServers} servers`),
});

export type ServerFile = Record<string, ServerSettings>;

const document = (text: string, what: string): unknown => {
  try {
    return parse(text, { maxAliasCount: 20 });
  } catch (error) {
    if (error instanceof YAMLParseError) throw new Error(`${what}: ${error.message}`);
    throw error;
  }
};

/** The servers whose tools may be asked. Whatever is wrong with the file is an error that names it; values are not shown. */
export const readServerFile = async (path: string): Promise<ServerFile> => {
  const what = `reading the MCP file ${path}`;
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new Error(`${what}: it cannot be read; check NIGHTSHIFT_MCP and its rights`, { cause });
  });
  if (text.length > largest) throw new Error(`${what}: it is larger than ${largest} characters`);
  const parsed = File.safeParse(document(text, what));
  if (!parsed.success) throw new Error(`${what}:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.mcpServers;
};
