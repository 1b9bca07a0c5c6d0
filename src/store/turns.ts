import type { Pool } from "pg";
import { TurnLost } from "../incident/turn-lost.ts";
import { plainText } from "./plain-text.ts";
import { prepared, type Runner, unhurried } from "./transaction.ts";

/** One worker's right to advance one incident. Every write it makes checks the fence. */
export interface Turn {
  incidentId: string;
  fence: number;
  /** The signal counter when the turn began. */
  counter: number;
  /** Turns begun since the last progress, this one included. */
  attempts: number;
  failures: number;
}

interface Row {
  fence: string;
  counter: string;
  attempts: number;
  failures: number;
}

/** Raises the fence: from here on no earlier turn can write anything. Null when there is no such incident. */
export const takeTurn = async (pool: Pool, incidentId: string): Promise<Turn | null> => {
  const { rows } = await pool.query<Row>(
    prepared(
      `update nightshift.incidents set fence = fence + 1, attempts = attempts + 1 where id = $1
       returning fence, counter, attempts, failures`,
      [incidentId],
    ),
  );
  const [row] = rows;
  return row === undefined
    ? null
    : {
        incidentId,
        fence: Number(row.fence),
        counter: Number(row.counter),
        attempts: row.attempts,
        failures: row.failures,
      };
};

/** Whoever walks it now has lost the turn; nobody takes the next one here. */
export const endTurns = async (tx: Runner, incidentId: string): Promise<void> => {
  await tx.query("update nightshift.incidents set fence = fence + 1 where id = $1", [incidentId]);
};

/** A good end: all signals up to `turn.counter` are answered. Nothing happens where another turn took over meanwhile. */
export const finishTurn = async (pool: Pool, turn: Turn): Promise<void> => {
  await pool.query(
    prepared(
      `with later as materialized (select ${unhurried})
       update nightshift.incidents set seen = greatest(seen, $3), attempts = 0, failures = 0, last_error = null
       from later where id = $1 and fence = $2`,
      [turn.incidentId, turn.fence, turn.counter],
    ),
  );
};

/** A bad end: counted on the incident, so that a person is paged when it goes on. Returns the failures so far. */
export const failTurn = async (tx: Runner, turn: Turn, message: string): Promise<number> => {
  const { rows } = await tx.query<{ failures: number }>(
    `update nightshift.incidents set seen = greatest(seen, $3), attempts = 0, failures = failures + 1, last_error = $4
     where id = $1 and fence = $2 returning failures`,
    [turn.incidentId, turn.fence, turn.counter, plainText(message.slice(0, 2000))],
  );
  const [row] = rows;
  if (row === undefined) throw new TurnLost(turn.incidentId);
  return row.failures;
};

/** Locks the incident for this turn until the transaction ends. Returns the checkpoint that people were shown last. */
export const holdTurn = async (tx: Runner, turn: Turn): Promise<string | null> => {
  const { rows } = await tx.query<{ shown: string | null }>(
    prepared("select checkpoint_id as shown from nightshift.incidents where id = $1 and fence = $2 for update", [
      turn.incidentId,
      turn.fence,
    ]),
  );
  const [row] = rows;
  if (row === undefined) throw new TurnLost(turn.incidentId);
  return row.shown;
};

/** Incidents with an unanswered signal and no job that would answer it. */
export const forgotten = async (pool: Pool): Promise<string[]> => {
  const { rows } = await pool.query<{ id: string }>(
    `select i.id from nightshift.incidents i where i.counter > i.seen and not exists (
       select 1 from pgboss.job j where j.name in ('advance', 'wake') and j.state < 'completed' and j.singleton_key = i.id
     ) limit 1000`,
  );
  return rows.map(({ id }) => id);
};
