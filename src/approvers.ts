import type { Config } from "./config.ts";
import { localPerson } from "./server/auth.ts";

type Named = Pick<Config, "NIGHTSHIFT_TOKENS" | "SLACK_APPROVERS">;

/** Everybody who may approve at all, over whatever channel; one person under one name counts once. */
export const approverNames = ({ NIGHTSHIFT_TOKENS: tokens, SLACK_APPROVERS: slack }: Named): string[] => {
  const named = [...tokens, ...slack].filter(({ role }) => role !== "viewer").map(({ name }) => name);
  // Without tokens, whoever is on this machine decides under one name.
  return [...new Set(tokens.length === 0 ? [...named, localPerson] : named)];
};
