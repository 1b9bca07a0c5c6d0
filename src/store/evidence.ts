import { gunzipSync, gzipSync } from "node:zlib";
import type { Pool, PoolClient } from "pg";
import { sha256 } from "../incident/canonical.ts";
import { Body, Evidence } from "../incident/evidence.ts";
import { TurnLost } from "../incident/turn-lost.ts";
import { sharingBodies } from "./bodies.ts";
import { inTransaction } from "./transaction.ts";
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

const keepOne = async (tx: PoolClient, incidentId: string, evidence: Evidence): Promise<void> => {
  const { answer } = evidence;
  const body = answer.kind === "found" ? pack(answer.body) : null;
  if (body) {
    await tx.query("insert into nightshift.bodies (hash, packed) values ($1, $2) on conflict do nothing", [
      body.hash,
      body.packed,
    ]);
  }
  const entry = { ...evidence, answer: answer.kind === "found" ? { kind: "found" } : answer };
  await tx.query(
    "insert into nightshift.evidence (incident_id, id, entry, body_hash) values ($1, $2, $3, $4) on conflict do nothing",
    [incidentId, evidence.id, JSON.stringify(entry), body?.hash ?? null],
  );
};

/** Bodies are kept once by content; rows are idempotent by evidence id, so a node that runs again changes nothing. */
export const keepEvidence = (pool: Pool, turn: Turn, evidence: readonly Evidence[]): Promise<void> =>
  inTransaction(pool, async (tx) => {
    const { rowCount } = await tx.query(
      `select ${sharingBodies} from nightshift.incidents where id = $1 and fence = $2 for share`,
      [turn.incidentId, turn.fence],
    );
    if (rowCount === 0) throw new TurnLost(turn.incidentId);
    for (const entry of [...evidence].sort((a, b) => (a.id < b.id ? -1 : 1))) await keepOne(tx, turn.incidentId, entry);
  });

const unpack = ({ entry, packed }: Row): Evidence => {
  const stored = entry as Evidence;
  if (packed === null) return Evidence.parse(stored);
  const body = Body.parse(JSON.parse(gunzipSync(packed).toString("utf8")));
  return Evidence.parse({ ...stored, answer: { kind: "found", body } });
};

export const openEvidence = async (pool: Pool, incidentId: string, ids: readonly string[]): Promise<Evidence[]> => {
  const { rows } = await pool.query<Row>(
    `select e.id, e.entry, b.packed from nightshift.evidence e left join nightshift.bodies b on b.hash = e.body_hash
     where e.incident_id = $1 and e.id = any($2)`,
    [incidentId, ids],
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id) => {
    const row = byId.get(id);
    if (row === undefined) throw new Error(`evidence ${id} of ${incidentId} is not in the archive`);
    return unpack(row);
  });
};
