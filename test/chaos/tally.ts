import type { SeenRequest } from "../../src/demo/recorded-cluster/start.ts";
import { firstBreak, read } from "../../src/store/journal.ts";
import type { Stage } from "./stage.ts";

/** What must hold, counted after the run from what stands in the database and what the API server carried out. */
export interface Tally {
  incidents: number;
  /** Alerts that were answered 202 and belong to no incident. */
  lost: number;
  /** Neither over nor waiting for somebody. */
  unfinished: number;
  approved: number;
  rejected: number;
  /** Most writes that were carried out for one approved action. */
  writesPerAction: number;
  /** Approved actions that were carried out more than once. */
  writtenTwice: number;
  /** Writes for incidents that nobody approved. */
  writesForRejected: number;
  writes: number;
  chainsBroken: number;
  takeovers: number;
  /** Incidents that the next release began, and those of this one. */
  ofNewerBuild: number;
  ofOlderBuild: number;
}

const namespaceOf = ({ path }: SeenRequest): string => /\/namespaces\/([^/]+)\//.exec(path)?.[1] ?? "";

/** The mark that our write leaves on the object; an undo has one of its own. */
const keyOf = ({ body }: SeenRequest): string => {
  const patch = JSON.parse(body) as { path?: string; value?: unknown }[];
  return String(patch.find(({ path }) => path?.endsWith("nightshift.dev~1intent"))?.value ?? "unmarked");
};

const countBy = (values: readonly string[]): number[] => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts.values()];
};

interface Row {
  id: string;
  namespace: string;
  status: string;
  version: number;
  answers: string[];
}

const rowsOf = async ({ pool }: Stage): Promise<Row[]> => {
  const { rows } = await pool.query<Row>(
    `select i.id, i.subject ->> 'namespace' as namespace, i.status, i.graph_version as version,
       array(select a.state from nightshift.approvals a where a.incident_id = i.id) as answers
     from nightshift.incidents i`,
  );
  return rows;
};

const settled = ({ status, answers }: Row): boolean =>
  ["resolved", "escalated", "dismissed"].includes(status) ||
  (status === "awaiting-approval" && answers.includes("pending"));

const brokenChains = async ({ pool }: Stage, rows: readonly Row[]): Promise<number> => {
  let broken = 0;
  for (const { id } of rows) {
    const journal = await read(pool, id);
    if (journal.length === 0 || firstBreak(id, journal) !== null) broken += 1;
  }
  return broken;
};

export const unfinished = async (stage: Stage): Promise<number> =>
  (await rowsOf(stage)).filter((row) => !settled(row)).length;

/** Rises with each step, failure and answer of any incident. */
export const progress = async ({ pool }: Stage): Promise<number> => {
  const { rows } = await pool.query<{ count: number }>("select count(*)::int as count from nightshift.journal");
  return rows[0]?.count ?? 0;
};

export const tally = async (stage: Stage, accepted: ReadonlySet<string>): Promise<Tally> => {
  const rows = await rowsOf(stage);
  const ids = new Set(rows.map(({ id }) => id));
  const done = stage.cluster.writes().filter(({ code }) => code !== null && code < 300);
  const perAction = countBy(done.map((write) => `${namespaceOf(write)} ${keyOf(write)}`));
  const approved = new Set(
    rows.filter(({ answers }) => answers.includes("approved")).map(({ namespace }) => namespace),
  );
  const { rows: retries } = await stage.pool.query<{ count: number }>(
    "select coalesce(sum(retry_count), 0)::int as count from pgboss.job where name = 'advance'",
  );
  return {
    incidents: rows.length,
    lost: [...accepted].filter((id) => !ids.has(id)).length,
    unfinished: rows.filter((row) => !settled(row)).length,
    approved: approved.size,
    rejected: rows.filter(({ answers }) => answers.includes("rejected")).length,
    writesPerAction: Math.max(0, ...perAction),
    writtenTwice: perAction.filter((count) => count > 1).length,
    writesForRejected: done.filter((write) => !approved.has(namespaceOf(write))).length,
    writes: done.length,
    chainsBroken: await brokenChains(stage, rows),
    takeovers: retries[0]?.count ?? 0,
    ofNewerBuild: rows.filter(({ version }) => version === 2).length,
    ofOlderBuild: rows.filter(({ version }) => version === 1).length,
  };
};
