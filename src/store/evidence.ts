import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { sha256 } from "../incident/canonical.ts";
import { Body, Evidence } from "../incident/evidence.ts";
import { TurnLost } from "../incident/turn-lost.ts";
import { sharingBodies } from "./bodies.ts";
import { prepared, type Runner } from "./transaction.ts";
import type { Turn } from "./turns.ts";

interface Row {
  id: string;
  entry: unknown;
  packed: Buffer | null;
}

const pack = (body: Body): { hash: string; packed: Buffer } => ({
  hash: sha256(body),
  packed: gzipSync(JSON.stringify(body)),
});

/** $1 incident, $2 fence, $3–$4 bodies: hash, packed; $5–$7 evidence: id, entry, hash of its body */
const keepSql = `
  with turn as materialized (
    select 1, ${sharingBodies} from nightshift.incidents where id = $1 and fence = $2 for share
  ),
  bodies as (
    insert into nightshift.bodies (hash, packed)
    select b.* from turn, unnest($3::text[], $4::bytea[]) as b on conflict do nothing
  ),
  evidence as (
    insert into nightshift.evidence (incident_id, id, entry, body_hash)
    select $1, e.id, e.entry::json, e.hash from turn, unnest($5::text[], $6::text[], $7::text[]) as e(id, entry, hash)
    on conflict do nothing
  )
  select 1 from turn`;

/**
 * Bodies are kept once by content; rows are idempotent by evidence id, so a node that runs again changes nothing. Waits for the
 * disk: a node goes on asking for a long time after its first answers, and a checkpoint must not name what a crash forgot.
 */
export const keepEvidence = async (db: Runner, turn: Turn, evidence: readonly Evidence[]): Promise<void> => {
  const bodies = new Map<string, Buffer>();
  const entries = evidence.map((one) => {
    if (one.answer.kind !== "found") return { id: one.id, entry: JSON.stringify(one), hash: null };
    const { hash, packed } = pack(one.answer.body);
    bodies.set(hash, packed);
    return { id: one.id, entry: JSON.stringify({ ...one, answer: { kind: "found" } }), hash };
  });
  // In order of the hash, so that two writers of the same bodies do not wait for each other.
  const hashes = [...bodies.keys()].sort();
  const { rowCount } = await db.query(
    prepared(keepSql, [
      turn.incidentId,
      turn.fence,
      hashes,
      hashes.map((hash) => bodies.get(hash)),
      entries.map(({ id }) => id),
      entries.map(({ entry }) => entry),
      entries.map(({ hash }) => hash),
    ]),
  );
  if (rowCount === 0) throw new TurnLost(turn.incidentId);
};

const unpack = ({ entry, packed }: Row): Evidence => {
  const stored = entry as Evidence;
  if (packed === null) return Evidence.parse(stored);
  const body = Body.parse(JSON.parse(gunzipSync(packed).toString("utf8")));
  return Evidence.parse({ ...stored, answer: { kind: "found", body } });
};

export const openEvidence = async (db: Runner, incidentId: string, ids: readonly string[]): Promise<Evidence[]> => {
  const { rows } = await db.query<Row>(
    prepared(
      `select e.id, e.entry, b.packed from nightshift.evidence e left join nightshift.bodies b on b.hash = e.body_hash
       where e.incident_id = $1 and e.id = any($2)`,
      [incidentId, ids],
    ),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = byId.get(id);
    if (row === undefined) throw new Error(`evidence ${id} of ${incidentId} is not in the archive`);
    return unpack(row);
  });
};

/** Ids of everything the archive keeps of an incident, what the walk has forgotten included; oldest first. */
export const evidenceIds = async (db: Runner, incidentId: string): Promise<string[]> => {
  const { rows } = await db.query<{ id: string }>(
    // As text: the operator ->> would stumble over a \u0000 anywhere in the entry.
    "select id from nightshift.evidence where incident_id = $1 order by (entry -> 'askedAt')::text, id",
    [incidentId],
  );
  return rows.map(({ id }) => id);
};

/** What was asked and how it ended, without what came back; oldest first. */
export const evidenceHeads = async (
  db: Runner,
  incidentId: string,
): Promise<{ id: string; command: string; askedAt: string; answer: { kind: Evidence["answer"]["kind"] } }[]> => {
  const { rows } = await db.query<{ entry: unknown }>(
    "select entry from nightshift.evidence where incident_id = $1 order by (entry -> 'askedAt')::text, id",
    [incidentId],
  );
  return rows.map(({ entry }) => Head.parse(entry));
};
const Head = Evidence.pick({ id: true, command: true, askedAt: true }).extend({
  answer: z.object({ kind: z.enum(["found", "no-data", "could-not-ask"]) }),
});

/** One piece of evidence, or null when it is not this incident's. */
export const findEvidence = async (db: Runner, incidentId: string, id: string): Promise<Evidence | null> => {
  const { rowCount } = await db.query("select 1 from nightshift.evidence where incident_id = $1 and id = $2", [
    incidentId,
    id,
  ]);
  return rowCount === 0 ? null : ((await openEvidence(db, incidentId, [id]))[0] ?? null);
};
