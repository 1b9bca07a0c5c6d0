import type { Finding } from "../../src/incident/diagnosis.ts";
import type { Evidence } from "../../src/incident/evidence.ts";

const stringsIn = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(stringsIn)
      : [];

// Colours of a terminal are not what was said.
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what they begin with
const colours = /\u001b\[[0-9;]*m/g;
const flat = (text: string): string => text.replaceAll(colours, "").replaceAll(/\s+/g, " ");

/** Quotations of a statement that no cited evidence holds. */
export const ungrounded = (
  { statement, evidence: ids }: Pick<Finding, "statement" | "evidence">,
  all: readonly Evidence[],
): string[] => {
  const cited = flat(
    all
      .filter(({ id }) => ids.includes(id))
      .flatMap(({ answer }) => stringsIn(answer))
      .join("\n"),
  );
  return [...statement.matchAll(/“([^”]*)”/g)]
    .map(([, quotation = ""]) => quotation.replace(/…$/, ""))
    .filter((quotation) => !cited.includes(quotation));
};
