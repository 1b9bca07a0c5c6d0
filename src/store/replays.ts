import { Replay, ReplayRequest } from "../incident/replay.ts";
import type { Runner } from "./transaction.ts";

export interface StoredReplay {
  id: string;
  incidentId: string;
  askedBy: string;
  askedAt: Date;
  request: ReplayRequest;
  result: Replay;
}

type Row = Omit<StoredReplay, "request" | "result"> & { request: unknown; result: unknown };

const columns = `id, incident_id as "incidentId", asked_by as "askedBy", asked_at as "askedAt", request, result`;

const parse = (row: Row): StoredReplay => ({
  ...row,
  request: ReplayRequest.parse(row.request),
  result: Replay.parse(row.result),
});

export const putReplay = async (db: Runner, replay: StoredReplay): Promise<void> => {
  const { id, incidentId, askedBy, askedAt, request, result } = replay;
  await db.query(
    "insert into nightshift.replays (id, incident_id, asked_by, asked_at, request, result) values ($1, $2, $3, $4, $5, $6)",
    [id, incidentId, askedBy, askedAt, JSON.stringify(request), JSON.stringify(result)],
  );
};

export const readReplay = async (db: Runner, id: string): Promise<StoredReplay | null> => {
  const { rows } = await db.query<Row>(`select ${columns} from nightshift.replays where id = $1`, [id]);
  return rows[0] ? parse(rows[0]) : null;
};

const mostShown = 50;

/** The newest replays of an incident, oldest first. */
export const replaysOf = async (db: Runner, incidentId: string): Promise<StoredReplay[]> => {
  const { rows } = await db.query<Row>(
    `select ${columns} from nightshift.replays where incident_id = $1 order by asked_at desc, id limit $2`,
    [incidentId, mostShown],
  );
  return rows.map(parse).reverse();
};
