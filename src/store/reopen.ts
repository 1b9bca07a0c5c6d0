import { beginsAnew, heldFromNow } from "./begin-anew.ts";
import type { Runner } from "./transaction.ts";
import { WardMoved } from "./ward.ts";

const uniqueViolation = "23505";

/** A source that flaps comes back within its own repeat and hold times. */
export const reopenMs = 30 * 60_000;

/** The newest of this subject that ended since then. */
export const closedSince = async (tx: Runner, subjectKey: string, since: Date): Promise<string | null> => {
  const { rows } = await tx.query<{ id: string }>(
    `select id from nightshift.incidents where subject_key = $1 and closed_at > $2 order by closed_at desc limit 1 for update`,
    [subjectKey, since],
  );
  return rows[0]?.id ?? null;
};

/**
 * Closed ones that what made them fires again in, each with the parent that holds it from now on. Throws WardMoved where
 * one of the same subject is open meanwhile.
 */
export const reopenAll = async (
  tx: Runner,
  parents: ReadonlyMap<string, string | null>,
  at: Date,
  deadlineAt: Date,
): Promise<void> => {
  if (parents.size === 0) return;
  const reopened = tx.query(
    `update nightshift.incidents i set closed_at = null, reopened_at = $3, deadline_from = null, deadline_at = $4,
       left_cause = null, paged_at = null, ${heldFromNow}, ${beginsAnew}
     from unnest($1::text[], $2::text[]) as r(id, parent)
     where i.id = r.id and i.closed_at is not null and not exists (
       select 1 from nightshift.incidents o where o.subject_key = i.subject_key and o.closed_at is null)`,
    [[...parents.keys()], [...parents.values()], at, deadlineAt],
  );
  // Another one of the subject was opened, and committed, after this statement had looked.
  const { rowCount } = await reopened.catch((error: { code?: string }) => {
    throw error.code === uniqueViolation ? new WardMoved() : error;
  });
  if (rowCount !== parents.size) throw new WardMoved();
  // Said of the time before, in words that would be the same again: what is not forgotten is not said twice.
  await tx.query(
    `delete from nightshift.notices where incident_id = any($1) and channel in ('acknowledge', 'resolve')
       and version <= sent_version`,
    [[...parents.keys()]],
  );
};

/**
 * Open ones, locked, that a person was paged about and nobody could explain: their walk begins anew, with a deadline of its own
 * and as if nothing had failed. Whoever was paged stays so: the time of it is not forgotten.
 */
export const lookAgainAll = async (
  tx: Runner,
  parents: ReadonlyMap<string, string | null>,
  at: Date,
  deadlineAt: Date,
): Promise<void> => {
  if (parents.size === 0) return;
  await tx.query(
    `update nightshift.incidents i set deadline_from = $3, deadline_at = $4, attempts = 0, failures = 0,
       ${heldFromNow}, ${beginsAnew}
     from unnest($1::text[], $2::text[]) as r(id, parent) where i.id = r.id`,
    [[...parents.keys()], [...parents.values()], at, deadlineAt],
  );
};
