import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import { PortError } from "../ports/port-error.ts";
import type { SourceAnswer } from "../ports/sources.ts";

const longestText = 64 * 1024;
const longestError = 300;

type Block = CallToolResult["content"][number];

const leftOut = (what: string, mimeType: string | undefined, length: number): string =>
  `[${what} left out: ${String(mimeType).slice(0, 60)}, ${length} characters of base64]`;

const textOf = (block: Block): string => {
  switch (block.type) {
    case "text":
      return block.text;
    case "image":
    case "audio":
      return leftOut(block.type, block.mimeType, block.data.length);
    case "resource_link":
      return `[link: ${block.name} ${block.uri}]`;
    case "resource":
      return "text" in block.resource
        ? block.resource.text
        : leftOut("file", block.resource.mimeType, block.resource.blob.length);
  }
};

const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "\uFFFD");

/** Most servers say the same twice: as text, and as an object. */
const isSame = (text: string, json: string): boolean => {
  try {
    return JSON.stringify(JSON.parse(text)) === json;
  } catch {
    return false;
  }
};

const allText = ({ content, structuredContent }: CallToolResult): string => {
  const text = content.map(textOf).join("\n").trim();
  const json = structuredContent === undefined ? "{}" : JSON.stringify(structuredContent);
  const more = json === "{}" || isSame(text, json) ? [] : [json];
  return storable([...(text === "" ? [] : [text]), ...more].join("\n"));
};

/** What a tool said as text with a bound; null where it said nothing. That it failed is the tool's own word for it. */
export const answerFrom = (result: CallToolResult, tool: string): SourceAnswer | null => {
  const text = allText(result);
  if (result.isError === true)
    throw new PortError("sources", "failed", `${tool} says: ${text.slice(0, longestError) || "it failed"}`);
  if (text === "" || text === "{}") return null;
  if (text.length <= longestText) return { text, truncated: false };
  return {
    text: `${text.slice(0, longestText)}\n… ${text.length - longestText} characters left out …`,
    truncated: true,
  };
};
