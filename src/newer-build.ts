import type { Log } from "./log.ts";

const everyMs = 30_000;

export interface NewerBuild {
  /** Names of the migrations in the database that this build, as it was when it started, does not have. */
  newer(): Promise<string[]>;
  log: Log;
}

export const newerBuildLine = (names: readonly string[]): string =>
  `a newer build has migrated the database (${names.join(", ")}): this one goes on until it is stopped, and will not start again`;

/** One look; each change is said once. A database that does not answer says so elsewhere. */
export const newerBuildWatch = ({ newer, log }: NewerBuild): (() => Promise<void>) => {
  let said = "";
  return async () => {
    const names = await newer().catch(() => null);
    if (names === null || names.join() === said) return;
    said = names.join();
    if (names.length > 0) log(newerBuildLine(names), {}, "warn");
  };
};

/** Looks until it is closed. */
export const watchForNewerBuild = (deps: NewerBuild): (() => Promise<void>) => {
  const look = newerBuildWatch(deps);
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return async () => clearInterval(timer);
};
