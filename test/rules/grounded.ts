import type { Finding } from "../../src/incident/diagnosis.ts";
import type { Evidence } from "../../src/incident/evidence.ts";

const stringsIn = (value: unknown): string[] =>
  typeof value === "string"
    ? [value]
    : typeof value === "object" && value !== null
      ? Object.values(value).flatMap(stringsIn)
      : [];

const flat = (text: string): string => text.replaceAll(/\s+/g, " ");

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
