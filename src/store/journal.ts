import { sha256 } from "../incident/canonical.ts";
import { plainJson, plainText } from "./plain-text.ts";
import { prepared, type Runner } from "./transaction.ts";

export interface NewEntry {
  at: string;
  kind: string;
  actor: string;
  line: string;
  data?: unknown;
}

export interface JournalRow extends NewEntry {
  seq: number;
  previous: string;
  hash: string;
}

interface Stored {
  seq: number;
  at: string;
  kind: string;
  actor: string;
  line: string;
  data: unknown;
  previous: string;
  hash: string;
}

const beginning = "0".repeat(64);

// What is hashed must be what comes back: an emoji cut in half by a length limit, or a NUL, does not.
const asStored = ({ at, kind, actor, line, data }: NewEntry): NewEntry => ({
  at: new Date(at).toISOString(),
  kind: plainText(kind),
  actor: plainText(actor),
  line: plainText(line),
  data: data === undefined ? undefined : JSON.parse(plainJson(data)),
});

const entryHash = (incidentId: string, seq: number, previous: string, entry: NewEntry): string =>
  sha256({
    incidentId,
    seq,
    previous,
    at: entry.at,
    kind: entry.kind,
    actor: entry.actor,
    line: entry.line,
    data: entry.data ?? null,
  });

export interface IncidentEntry {
  incidentId: string;
  entry: NewEntry;
}

interface Link {
  seq: number;
  hash: string;
}

/** Where the chains of incidents end; one that has not begun ends nowhere. */
export type ChainEnds = ReadonlyMap<string, Link | null>;

/** Of each `i`. */
const lastLink = `cross join lateral
  (select seq, hash from nightshift.journal where incident_id = i.id order by seq desc limit 1) j`;

const endsById = (rows: readonly (Link & { id: string })[]): Map<string, Link> =>
  new Map(rows.map(({ id, seq, hash }) => [id, { seq, hash }]));

export const chainEnds = async (tx: Runner, incidentIds: readonly string[]): Promise<ChainEnds> => {
  if (incidentIds.length === 0) return new Map();
  const { rows } = await tx.query<Link & { id: string }>(
    prepared(`select i.id, j.seq, j.hash from unnest($1::text[]) as i(id) ${lastLink}`, [incidentIds]),
  );
  const found = endsById(rows);
  return new Map(incidentIds.map((id) => [id, found.get(id) ?? null]));
};

/** The same by what is sick: of the incident that is open about each of these subjects. */
export const chainEndsOfOpen = async (tx: Runner, subjectKeys: readonly string[]): Promise<ChainEnds> => {
  const { rows } = await tx.query<Link & { id: string }>(
    prepared(
      `select i.id, j.seq, j.hash from nightshift.incidents i ${lastLink}
       where i.subject_key = any($1) and i.closed_at is null`,
      [subjectKeys],
    ),
  );
  return endsById(rows);
};

const chained = (given: readonly IncidentEntry[], ends: ChainEnds) => {
  const last = new Map(ends);
  return given.map(({ incidentId, entry: raw }) => {
    const entry = asStored(raw);
    const before = last.get(incidentId);
    const seq = (before?.seq ?? 0) + 1;
    const previous = before?.hash ?? beginning;
    const hash = entryHash(incidentId, seq, previous, entry);
    last.set(incidentId, { seq, hash });
    return { incidentId, seq, previous, hash, entry };
  });
};

/** The chain that these entries make, for a walk that no database keeps. */
export const chainOf = (incidentId: string, entries: readonly NewEntry[]): JournalRow[] =>
  chained(
    entries.map((entry) => ({ incidentId, entry })),
    new Map(),
  ).map(({ seq, previous, hash, entry }) => ({ seq, previous, hash, ...entry }));

/**
 * Appends to the hash chains of incidents. The caller's transaction must hold the row lock of each: it orders its chain.
 * `known` are ends that were read under that lock, or null for one that was opened just now.
 */
export const appendAll = async (
  tx: Runner,
  given: readonly IncidentEntry[],
  known: ChainEnds = new Map(),
): Promise<void> => {
  if (given.length === 0) return;
  const others = new Set(given.map(({ incidentId }) => incidentId).filter((id) => !known.has(id)));
  const ends = others.size === 0 ? known : new Map([...known, ...(await chainEnds(tx, [...others]))]);
  const rows = chained(given, ends);
  await tx.query(
    prepared(
      `insert into nightshift.journal (incident_id, seq, at, kind, actor, line, data, previous, hash)
     select incident_id, seq, at, kind, actor, line, data::json, previous, hash
     from unnest($1::text[], $2::int[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
       as j(incident_id, seq, at, kind, actor, line, data, previous, hash)`,
      [
        rows.map(({ incidentId }) => incidentId),
        rows.map(({ seq }) => seq),
        rows.map(({ entry }) => entry.at),
        rows.map(({ entry }) => entry.kind),
        rows.map(({ entry }) => entry.actor),
        rows.map(({ entry }) => entry.line),
        rows.map(({ entry }) => JSON.stringify(entry.data ?? null)),
        rows.map(({ previous }) => previous),
        rows.map(({ hash }) => hash),
      ],
    ),
  );
};

/** One entry, with the same lock. */
export const append = (tx: Runner, incidentId: string, entry: NewEntry): Promise<void> =>
  appendAll(tx, [{ incidentId, entry }]);

/** For what is true for a while and asked about again and again. False: the incident's journal says so already. */
export const appendOnce = async (tx: Runner, incidentId: string, entry: NewEntry): Promise<boolean> => {
  const { rowCount } = await tx.query(
    "select 1 from nightshift.journal where incident_id = $1 and kind = $2 and line = $3 limit 1",
    [incidentId, plainText(entry.kind), plainText(entry.line)],
  );
  if (rowCount !== 0) return false;
  await append(tx, incidentId, entry);
  return true;
};

export const read = async (db: Runner, incidentId: string, after = 0): Promise<JournalRow[]> => {
  const { rows } = await db.query<Stored>(
    `select seq, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, kind, actor, line, data, previous, hash
     from nightshift.journal where incident_id = $1 and seq > $2 order by seq`,
    [incidentId, after],
  );
  // Milliseconds are what is written and hashed. Finer ones are not ours, and must not get lost on the way to the hash.
  return rows.map((row) => ({ ...row, at: row.at.replace(/000Z$/, "Z") }));
};

/** The first entry whose hash does not follow from the one before it, or null when the chain holds. An incident begins with one. */
export const firstBreak = (incidentId: string, rows: readonly JournalRow[]): number | null => {
  if (rows.length === 0) return 1;
  let previous = beginning;
  for (const [index, row] of rows.entries()) {
    const holds =
      row.seq === index + 1 && row.previous === previous && row.hash === entryHash(incidentId, row.seq, previous, row);
    if (!holds) return row.seq;
    previous = row.hash;
  }
  return null;
};

/** Every incident, oldest first, and whatever a journal tells of: the first entries of one may be gone, or all. */
export const journaled = async (db: Runner): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(
    `select coalesce(i.id, j.id) as id from nightshift.incidents i
     full join (select incident_id as id, min(at) as at from nightshift.journal group by 1) j on j.id = i.id
     order by coalesce(j.at, i.opened_at), 1`,
  );
  return rows.map(({ id }) => id);
};
