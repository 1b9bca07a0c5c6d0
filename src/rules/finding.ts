import type { Finding } from "../incident/diagnosis.ts";
import type { KubeObject } from "../incident/kube.ts";
import { refText } from "../incident/subject.ts";
import type { LogText } from "./world/log-text.ts";
import type { World } from "./world/world.ts";

export interface Seen extends Pick<Finding, "class" | "object" | "statement" | "confidence" | "disproof"> {
  /** The objects and logs that say so; their evidence is cited. */
  readonly because: readonly (KubeObject | LogText | null | undefined)[];
  readonly related?: Finding["related"];
  readonly wants?: Finding["wants"];
}

/** A finding without evidence is no finding: then the list is empty. */
export const found = (world: World, { because, related = [], wants = [], ...seen }: Seen): Finding[] => {
  const evidence = world.cite(...because);
  return evidence.length === 0 ? [] : [{ ...seen, evidence, related: [...related], wants: [...wants] }];
};

/** Words of the outside, marked as such, on one line and short. What is cut is cut at the end and says so. */
export const quote = (text: string, most = 300): string => {
  const clean = text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .replaceAll(/[“”]/g, '"')
    .trim();
  return `“${clean.length > most ? `${clean.slice(0, most)}…` : clean}”`;
};

export const named = refText;

export const plural = (count: number, one: string): string => (count === 1 ? `1 ${one}` : `${count} ${one}s`);

/** A span of time as people say it. */
export const spanText = (ms: number): string => {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds === 0) return "less than a second";
  if (seconds < 90) return plural(seconds, "second");
  if (seconds < 90 * 60) return plural(Math.round(seconds / 60), "minute");
  if (seconds < 36 * 3600) return plural(Math.round(seconds / 3600), "hour");
  return plural(Math.round(seconds / 86_400), "day");
};
