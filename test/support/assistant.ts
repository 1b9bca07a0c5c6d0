import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { onTestFinished } from "vitest";

const bin = join(import.meta.dirname, "..", "..", "bin", "nightshift");

export interface Heard {
  isError: boolean;
  about: Record<string, unknown>;
  /** The page of text beside it, or the words of an error. */
  text: string;
}

/** `nightshift mcp` in a process of its own, and the client that assistants use. */
export const assistant = async (environment: Record<string, string>) => {
  const transport = new StdioClientTransport({
    command: bin,
    args: ["mcp"],
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", ...environment },
    stderr: "pipe",
  });
  const said: string[] = [];
  transport.stderr?.on("data", (chunk: Buffer) => void said.push(chunk.toString()));
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  onTestFinished(() => client.close());

  const ask = async (name: string, args: Record<string, unknown> = {}): Promise<Heard> => {
    const { content, isError = false } = await client.callTool({ name, arguments: args });
    const texts = (content as { text: string }[]).map(({ text }) => text);
    if (isError) return { isError: true, about: {}, text: texts.join("\n") };
    return { isError: false, about: JSON.parse(texts[0] ?? "null"), text: texts[1] ?? "" };
  };
  const read = async (uri: string): Promise<string> => {
    const { contents } = await client.readResource({ uri });
    return contents.map((one) => ("text" in one ? one.text : "")).join("\n");
  };
  return { client, ask, read, said };
};
