import { promisify } from "node:util";
import { gunzipSync, gzip } from "node:zlib";
import { sha256OfText } from "../incident/canonical.ts";
import { type TapedCall, Visit } from "../incident/tape.ts";
import { TurnLost } from "../incident/turn-lost.ts";
import { sharingBodies } from "./bodies.ts";
import { prepared, type Runner, unhurried } from "./transaction.ts";

/** Longer answers are kept once by content: what is looked at every few seconds seldom changes. */
const inlineLimit = 1_500;

const packed = promisify(gzip);

interface Packed {
  entry: unknown;
  bodies: Map<string, string>;
}

const pack = ({ settings, calls, times }: Visit): Packed => {
  const bodies = new Map<string, string>();
  const short = calls.map((call) => {
    if (call.outcome.kind !== "answer" || call.outcome.text.length <= inlineLimit) return call;
    const body = sha256OfText(call.outcome.text);
    bodies.set(body, call.outcome.text);
    return { ...call, outcome: { kind: "answer", body } };
  });
  return { entry: { settings, calls: short, times }, bodies };
};

/** $1 incident, $2 fence, $3 visit, $4 step, $5 node, $6 entry, $7–$8 bodies: hash, packed */
const keepSql = `
  with turn as materialized (
    select 1, ${sharingBodies}, ${unhurried} from nightshift.incidents where id = $1 and fence = $2 for share
  ),
  bodies as (
    insert into nightshift.bodies (hash, packed)
    select b.* from turn, unnest($7::text[], $8::bytea[]) as b on conflict do nothing
  ),
  kept as (
    insert into nightshift.tape (incident_id, visit, step, node, entry, bodies)
    select $1, $3, $4, $5, $6::json, $7::text[] from turn
    on conflict (incident_id, visit) do update set entry = excluded.entry, bodies = excluded.bodies
  )
  select 1 from turn`;

/** One statement: the fence is checked and everything is kept, or nothing is. */
export const keepVisit =
  (db: Runner) =>
  async ({ incidentId, fence }: { incidentId: string; fence: number }, visit: Visit): Promise<void> => {
    const { entry, bodies } = pack(visit);
    // In order of the hash, so that two writers of the same bodies do not wait for each other.
    const hashes = [...bodies.keys()].sort();
    const texts = await Promise.all(hashes.map((hash) => packed(bodies.get(hash) ?? "", { level: 1 })));
    const { visit: id, step, node } = visit;
    const { rowCount } = await db.query(
      prepared(keepSql, [incidentId, fence, id, step, node, JSON.stringify(entry), hashes, texts]),
    );
    if (rowCount === 0) throw new TurnLost(incidentId);
  };

/** Those of nodes whose step was never kept. Asks for the fence. */
export const forgetVisitsAfter = async (
  db: Runner,
  { incidentId, fence }: { incidentId: string; fence: number },
  step: number,
): Promise<void> => {
  await db.query(
    `delete from nightshift.tape t using nightshift.incidents i
     where i.id = $1 and i.fence = $2 and t.incident_id = i.id and t.step > $3`,
    [incidentId, fence, step],
  );
};

interface Row {
  visit: string;
  step: number;
  node: string;
  entry: { calls: { outcome: { body?: string } }[] };
}

/** Everything that was recorded of an incident, in the order of the walk. */
export const readTape = async (db: Runner, incidentId: string): Promise<Visit[]> => {
  const { rows } = await db.query<Row>(
    "select visit, step, node, entry from nightshift.tape where incident_id = $1 order by step, visit",
    [incidentId],
  );
  const bodies = await db.query<{ hash: string; packed: Buffer }>(
    `select hash, packed from nightshift.bodies where hash in
       (select unnest(bodies) from nightshift.tape where incident_id = $1)`,
    [incidentId],
  );
  const texts = new Map(bodies.rows.map(({ hash, packed: bytes }) => [hash, gunzipSync(bytes).toString("utf8")]));
  return rows.map(({ visit, step, node, entry }) =>
    Visit.parse({ visit, step, node, ...entry, calls: entry.calls.map((call) => withText(call, texts)) }),
  );
};

const withText = (call: Row["entry"]["calls"][number], texts: ReadonlyMap<string, string>): unknown => {
  const { body } = call.outcome;
  if (body === undefined) return call;
  const text = texts.get(body);
  if (text === undefined) throw new Error(`the tape needs the body ${body}, which is not kept any more`);
  return { ...call, outcome: { kind: "answer", text } };
};

/** What one step asked of the outside, without what came back. */
export const callsOf = async (db: Runner, incidentId: string, step: number, node: string): Promise<TapedHead[]> => {
  const { rows } = await db.query<{ entry: { calls: TapedHead[] } }>(
    prepared("select entry from nightshift.tape where incident_id = $1 and step = $2 and node = $3", [
      incidentId,
      step,
      node,
    ]),
  );
  return rows.flatMap(({ entry }) => entry.calls);
};

type TapedHead = Pick<TapedCall, "call" | "said"> & { outcome: { kind: string; reason?: string; text?: string } };
