import { z } from "zod";
import { ask, refuse, tool } from "./tool.ts";

const maxWords = 300;

export const runbookSearch = tool(
  "runbook_search",
  "Runbooks of this team by words.",
  z.strictObject({ words: z.string() }),
  ({ words }) => {
    const wanted = words.trim().slice(0, maxWords);
    return wanted === "" ? refuse("say some words to look for") : ask({ ask: "runbooks", words: wanted });
  },
);
