import { Alert } from "../incident/alert.ts";
import type { IncidentStatus } from "../incident/incident.ts";
import { subjectKey } from "../incident/subject.ts";
import { readAlert } from "./alerts.ts";
import { isFree } from "./conditions.ts";
import type { NewIncident } from "./incidents.ts";
import { type ChainEnds, chainEndsOfOpen } from "./journal.ts";
import { inOneGo, Moved, prepared, type Runner } from "./transaction.ts";

/** The same episode fires and resolves once each; a repeat has the same name. */
export const episodeOf = ({ source, fingerprint, startsAt }: Alert): string =>
  [source, fingerprint, startsAt].join("|");

/** What is on record of an incident that alerts at hand may belong to. Its row is locked. */
export interface LockedIncident {
  id: string;
  subjectKey: string;
  status: IncidentStatus;
  severity: string;
  closedAt: Date | null;
  /** Somebody was paged, no cause was found, and no other incident holds it, or held it. */
  unexplained: boolean;
  /** Names of its alerts, where that may matter: of one that is open and unexplained, or closed a short while ago. */
  alertNames: Set<string>;
}

export interface HeardMessage {
  incidentId: string | null;
  status: Alert["status"];
  /** Known only of what belongs to one of the PagerDuty incidents asked for; null, too, where it could not be read. */
  alert: Alert | null;
}

/** Everything that decides where alerts belong, read and locked at once. */
export interface Ward {
  incidents: Map<string, LockedIncident>;
  /** By episode, oldest first. */
  messages: Map<string, HeardMessage[]>;
  /** Deliveries taken before and what they were answered. */
  deliveries: Map<string, string[]>;
  /** Where the journals of those that are open about a subject asked for end; of others it is not read. */
  chainEnds: ChainEnds;
  /** By subject: the open incident whose look saw it suffer from the same, a short while ago. */
  parents: Map<string, string>;
}

export interface WardQuestion {
  subjectKeys: string[];
  episodes: string[];
  deliveries: string[];
  /** Incidents that a page of ours is about. */
  own: string[];
  /** Incidents of PagerDuty that ended: all that fires under them is read, too. */
  pagerduty: string[];
  /** What closed after this may open again. */
  closedSince: Date;
  /** Victims that were seen after this still count as such. */
  seenSince: Date;
}

const below = async (tx: Runner, pagerduty: readonly string[]): Promise<string[]> => {
  if (pagerduty.length === 0) return [];
  const { rows } = await tx.query<{ episode: string }>(
    `select distinct a.episode from nightshift.alerts a
     join unnest($1::text[]) as p(id) on starts_with(a.episode, 'pagerduty|' || p.id || ':') or starts_with(a.episode, 'pagerduty|' || p.id || '|')`,
    [pagerduty],
  );
  return rows.map(({ episode }) => episode);
};

interface LockedRow extends Omit<LockedIncident, "alertNames" | "unexplained"> {
  held: boolean;
  state: { diagnosis?: { kind?: string } | null } | null;
  /** Those of the subjects asked for that its look saw suffer from the same, if it may be their parent. */
  victims: string[];
  openedAt: Date;
}

const lockIncidents = async (tx: Runner, asked: WardQuestion, episodes: string[]): Promise<LockedRow[]> => {
  // In order of the id, so that two batches do not wait for each other. `is true` keeps a plan that was made while little was
  // open from going through all that is. The state is read here and not by an operator of
  // json: those refuse a state that holds \u0000 anywhere.
  const { rows } = await tx.query<LockedRow>(
    prepared(
      `select id, subject_key as "subjectKey", status, severity, closed_at as "closedAt", opened_at as "openedAt", held,
       case when status = 'escalated' then state end as state, case when ${isFree} and victims_at > $4
         then array(select unnest(victims) intersect select unnest($1::text[])) else '{}' end as victims
     from nightshift.incidents i where id = any(array(
       select id from nightshift.incidents where subject_key = any($1) and closed_at is null
       union select unnest($5::text[])
       union select incident_id from nightshift.alerts where episode = any($2)
       union select id from nightshift.incidents i where victims <> '{}' and victims_at > $4 and victims && $1 and ${isFree} is true
       union (select distinct on (subject_key) id from nightshift.incidents
         where subject_key = any($1) and closed_at > $3 order by subject_key, closed_at desc)))
     order by id for update`,
      [asked.subjectKeys, episodes, asked.closedSince, asked.seenSince, asked.own],
    ),
  );
  return rows;
};

const lockedOf = ({ state, victims, openedAt, held, ...row }: LockedRow): LockedIncident => ({
  ...row,
  unexplained: row.status === "escalated" && !held && state?.diagnosis?.kind !== "cause",
  alertNames: new Set(),
});

const Named = Alert.pick({ name: true });

const nameAlerts = async (tx: Runner, locked: readonly LockedIncident[], since: Date): Promise<void> => {
  const asked = new Map(
    locked
      .filter(({ unexplained, closedAt }) => (closedAt === null ? unexplained : closedAt > since))
      .map((one) => [one.id, one]),
  );
  if (asked.size === 0) return;
  const { rows } = await tx.query<{ id: string; body: unknown }>(
    "select incident_id as id, body from nightshift.alerts where incident_id = any($1)",
    [[...asked.keys()]],
  );
  for (const { id, body } of rows) {
    const { data } = Named.safeParse(body);
    if (data !== undefined) asked.get(id)?.alertNames.add(data.name);
  }
};

const heardOf = async (tx: Runner, episodes: string[], withBody: string[]): Promise<Ward["messages"]> => {
  const { rows } = await tx.query<{
    episode: string;
    status: Alert["status"];
    incidentId: string | null;
    body: unknown;
  }>(
    prepared(
      `select episode, status, incident_id as "incidentId", case when episode = any($2) then body end as body
     from nightshift.alerts where episode = any($1) order by seq`,
      [episodes, withBody],
    ),
  );
  const messages: Ward["messages"] = new Map();
  for (const { episode, status, incidentId, body } of rows) {
    messages.set(episode, [...(messages.get(episode) ?? []), { incidentId, status, alert: readAlert(body) }]);
  }
  return messages;
};

/** Only of those locked: one that came to know its victims meanwhile finds them by itself. The first that was opened counts. */
const parentsOf = (rows: readonly LockedRow[]): Ward["parents"] =>
  new Map(
    rows
      .toSorted((a, b) => Number(b.openedAt) - Number(a.openedAt) || (a.id < b.id ? -1 : 1))
      .flatMap(({ id, victims }) => victims.map((key) => [key, id])),
  );

const taken = async (tx: Runner, deliveries: string[]): Promise<Ward["deliveries"]> => {
  if (deliveries.length === 0) return new Map();
  const { rows } = await tx.query<{ id: string; incident_ids: string[] }>(
    prepared("select id, incident_ids from nightshift.deliveries where id = any($1)", [deliveries]),
  );
  return new Map(rows.map(({ id, incident_ids }) => [id, incident_ids]));
};

/** Locks every incident the alerts may belong to until the transaction ends, then reads: nothing moves in between. */
export const openWard = async (tx: Runner, asked: WardQuestion): Promise<Ward> => {
  const under = await below(tx, asked.pagerduty);
  const episodes = [...new Set([...asked.episodes, ...under])];
  const [rows, chainEnds, messages, deliveries] = await inOneGo(
    tx,
    () => lockIncidents(tx, asked, episodes),
    () => chainEndsOfOpen(tx, asked.subjectKeys),
    () => heardOf(tx, episodes, under),
    () => taken(tx, asked.deliveries),
  );
  const locked = rows.map(lockedOf);
  await nameAlerts(tx, locked, asked.closedSince);
  const incidents = new Map(locked.map((one) => [one.id, one]));
  return {
    incidents,
    // One that was opened while a lock was waited for is not locked, and its journal goes on.
    chainEnds: new Map([...chainEnds].filter(([id]) => incidents.has(id))),
    messages,
    deliveries,
    parents: parentsOf(rows),
  };
};

/** Another replica wrote what this batch had decided on; it must be read and decided anew. */
export class WardMoved extends Moved {
  constructor() {
    super("another replica has taken an alert of the same subject at the same time");
    this.name = "WardMoved";
  }
}

const allOf = async (tx: Runner, wanted: number, sql: string, columns: unknown[]): Promise<void> => {
  if (wanted === 0) return;
  const { rowCount } = await tx.query(prepared(sql, columns));
  if (rowCount !== wanted) throw new WardMoved();
};

/** New incidents, each with its first signal. Throws WardMoved where one of the same subject is open meanwhile. */
export const openIncidents = (tx: Runner, fresh: readonly NewIncident[]): Promise<void> => {
  // In order of the key: two replicas that open the same ones wait in one direction only.
  const sorted = fresh
    .map((one) => ({ ...one, key: subjectKey(one.subject) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  return allOf(
    tx,
    sorted.length,
    `insert into nightshift.incidents
       (id, cluster, subject_key, subject, severity, status, graph_version, opened_at, deadline_at, counter, parent_id, held)
     select id, cluster, key, subject::json, severity, 'investigating', version, opened_at, deadline_at,
       case when parent is null then 1 else 0 end, parent, parent is not null
     from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::timestamptz[], $8::timestamptz[],
       $9::text[]) as f(id, cluster, key, subject, severity, version, opened_at, deadline_at, parent)
     on conflict (subject_key) where closed_at is null do nothing`,
    [
      sorted.map(({ id }) => id),
      sorted.map(({ subject }) => subject.cluster),
      sorted.map(({ key }) => key),
      sorted.map(({ subject }) => JSON.stringify(subject)),
      sorted.map(({ severity }) => severity),
      sorted.map(({ graphVersion }) => graphVersion),
      sorted.map(({ openedAt }) => openedAt),
      sorted.map(({ deadlineAt }) => deadlineAt),
      sorted.map(({ parentId }) => parentId ?? null),
    ],
  );
};

export interface PlacedAlert {
  incidentId: string | null;
  alert: Alert;
}

/** Throws WardMoved where one of them is on record meanwhile. */
export const putAlerts = (tx: Runner, placed: readonly PlacedAlert[], at: Date): Promise<void> =>
  allOf(
    tx,
    placed.length,
    `insert into nightshift.alerts (incident_id, episode, status, body, received_at)
     select incident_id, episode, status, body::json, $5
     from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as p(incident_id, episode, status, body, n)
     order by n on conflict do nothing`,
    [
      placed.map(({ incidentId }) => incidentId),
      placed.map(({ alert }) => episodeOf(alert)),
      placed.map(({ alert }) => alert.status),
      placed.map(({ alert }) => JSON.stringify(alert)),
      at,
    ],
  );

/** Throws WardMoved where one was taken meanwhile. */
export const putDeliveries = (
  tx: Runner,
  answered: readonly { id: string; incidentIds: readonly string[] }[],
  at: Date,
): Promise<void> =>
  allOf(
    tx,
    answered.length,
    `insert into nightshift.deliveries (id, received_at, incident_ids)
     select id, $3, (select coalesce(array_agg(value), '{}') from json_array_elements_text(ids::json))
     from unnest($1::text[], $2::text[]) as d(id, ids) on conflict do nothing`,
    [answered.map(({ id }) => id), answered.map(({ incidentIds }) => JSON.stringify(incidentIds)), at],
  );

export const raiseCounters = async (tx: Runner, incidentIds: readonly string[]): Promise<void> => {
  if (incidentIds.length === 0) return;
  await tx.query(prepared("update nightshift.incidents set counter = counter + 1 where id = any($1)", [incidentIds]));
};
