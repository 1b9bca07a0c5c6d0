import { moments } from "./harm.ts";
import type { ChaosResult } from "./run.ts";

type Key = Exclude<keyof ChaosResult, "died">;

/** What is shown, and what it must be. */
const rows: [label: string, key: Key, must?: string][] = [
  ["incidents", "incidents"],
  ["  begun by this build", "ofOlderBuild"],
  ["  begun by the next build", "ofNewerBuild"],
  ["  left by the older build to the newer", "leftToNewerBuild"],
  ["approved", "approved"],
  ["rejected", "rejected"],
  ["ten approvals at once", "tenApprovals"],
  ["approvals against rejections", "approvalsAgainstRejections"],
  ["duplicate webhooks", "duplicates"],
  ["resolves that overtook their alert", "reordered"],
  ["kill -9", "kills"],
  [`  at named moments, of ${moments.length}`, "momentsKilledAt"],
  ["stopped and woken (zombies)", "stops"],
  ["take-overs", "takeovers"],
  ["turns found lost", "turnsLost"],
  ["database connections cut", "cuts"],
  ["database slowed down", "delays"],
  ["Postgres restarted", "restarts"],
  ["writes", "writes"],
  ["accepted alerts lost", "lost", "0"],
  ["neither over nor waiting", "unfinished", "0"],
  ["most writes for one approved action", "writesPerAction", "≤ 1"],
  ["actions written more than once", "writtenTwice", "0"],
  ["writes that nobody approved", "writesForRejected", "0"],
  ["journals whose chain breaks", "chainsBroken", "0"],
  ["questions answered twice", "decidedTwice", "0"],
  ["seconds", "seconds"],
];

const cell = (result: ChaosResult | null, key: Key): string => String(result?.[key] ?? "–").padStart(12);

/** The run with all protections and the one without, side by side. */
export const tableOf = (real: ChaosResult | null, control: ChaosResult | null): string =>
  [
    `${"".padEnd(40)}${"must be".padStart(9)}${"protected".padStart(12)}${"control".padStart(12)}`,
    ...rows.map(
      ([label, key, must = ""]) => `${label.padEnd(40)}${must.padStart(9)}${cell(real, key)}${cell(control, key)}`,
    ),
  ].join("\n");
