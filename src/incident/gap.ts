import type { Evidence } from "./evidence.ts";

/** What could not be asked, in words; null when it could. The names of ConfigMaps are a right that may be left out. */
export const gapText = ({
  question,
  command,
  answer,
}: Pick<Evidence, "question" | "command" | "answer">): string | null => {
  if (answer.kind !== "could-not-ask") return null;
  return question.ask === "names" && answer.reason === "forbidden"
    ? `names of ${question.kind}s: not permitted`
    : `could not ask (${answer.reason}): ${command}`;
};
