import { paceMs } from "../incident/pace.ts";
import type { Runner } from "./transaction.ts";

interface Asked {
  workload: string;
  uid: string;
  now: Date;
  /** Not counted: the plan that asks, for its own other actions are the same change. */
  except?: { incidentId: string; planHash: string; round: number };
}

/** When a workload was changed within the last hour, by whichever incident, oldest first; our own undo is not one more. */
export const changesLately = async (db: Runner, { workload, uid, now, except }: Asked): Promise<string[]> => {
  const { rows } = await db.query<{ at: Date }>(
    `select at from nightshift.journal
     where kind = 'intent' and at > $1 and (data ->> 'workload' = $2 or data -> 'target' ->> 'uid' = $3)
       and data ->> 'undoes' is null
       and ($4::text is null or not (incident_id = $4 and data ->> 'planHash' = $5 and data ->> 'round' = $6))
     order by at`,
    [
      new Date(now.getTime() - paceMs),
      workload,
      uid,
      except?.incidentId ?? null,
      except?.planHash ?? null,
      except === undefined ? null : `${except.round}`,
    ],
  );
  return rows.map(({ at }) => at.toISOString());
};
