import { readConfig } from "../config.ts";
import { openDatabase } from "../database.ts";
import { type Figures, type Spread, type Stats, statsOf } from "../incident/stats.ts";
import { makeLog } from "../log.ts";
import { readCases } from "../store/stats.ts";
import { systemClock } from "../world.ts";
import { type Command, print, printJson } from "./command.ts";

const duration = (seconds: number): string => (seconds < 120 ? `${seconds} s` : `${(seconds / 60).toFixed(1)} min`);

const spreadText = (spread: Spread): string =>
  spread.p50 === null ? spread.note : `p50 ${duration(spread.p50)}, p90 ${duration(spread.p90)} (of ${spread.of})`;

const figureLines = (figures: Figures): string[] => [
  `alerts in                    ${figures.alerts}`,
  `incidents                    ${figures.incidents}, with ${figures.children} of the same causes held by them`,
  `noise dismissed              ${figures.noiseDismissed}`,
  `diagnosed without a person   ${figures.diagnosedWithoutPerson}`,
  `resolved                     ${figures.resolved}, without waking anyone ${figures.resolvedWithoutWaking}`,
  `handed to a person           ${figures.escalated}`,
  `approvals                    ${figures.approvals.given} given, ${figures.approvals.refused} refused`,
  `feedback                     ${figures.feedback.right} right, ${figures.feedback.wrong} wrong`,
  `time to diagnosis            ${spreadText(figures.seconds.toDiagnosis)}`,
  `time to decision             ${spreadText(figures.seconds.toDecision)}`,
  `time to recovery             ${spreadText(figures.seconds.toRecovery)}`,
  `model                        ${figures.model.calls} calls, ${figures.model.tokens} tokens, ${figures.model.usd === null ? "price not known" : `$${figures.model.usd.toFixed(4)}`}`,
];

const row = (name: string, { incidents, resolved, escalated, seconds }: Figures): string =>
  `  ${name.padEnd(34)} ${incidents} incidents, ${resolved} resolved, ${escalated} handed over; recovery ${spreadText(seconds.toRecovery)}`;

const verdicts = { true: "met", false: "missed", null: "cannot be said" } as const;

const tell = (stats: Stats): void => {
  for (const line of figureLines(stats)) print(line);
  print("\ntargets");
  for (const { target, met, now } of stats.targets) print(`  ${verdicts[`${met}`]}: ${target}; now ${now}`);
  print("\nby class");
  for (const [name, figures] of Object.entries(stats.byClass)) print(row(name, figures));
  print("\nby week (from Monday)");
  for (const [name, figures] of Object.entries(stats.byWeek)) print(row(name, figures));
};

export const stats: Command = {
  usage: "stats [--json]",
  summary: "says what it has done so far, and how fast, against its targets",
  help: () => "Counts the incidents that are still kept (NIGHTSHIFT_RETENTION_DAYS). Too few incidents: it says so.",
  run: async (args) => {
    const database = await openDatabase(readConfig(process.env), makeLog("error"), { migrate: false });
    try {
      const found = statsOf(await readCases(database.pool), systemClock.now());
      if (args.includes("--json")) printJson(found);
      else tell(found);
      return 0;
    } finally {
      await database.close();
    }
  },
};
