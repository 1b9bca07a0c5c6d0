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
    `update nightshift.incidents i set closed_at = null, reopened_at = $3, deadline_from = null, deadline_at = $4, parent_id = r.parent,
       held = r.parent is not null, counter = counter + case when r.parent is null then 1 else 0 end, cause_key = null,
       left_cause = null, victims = '{}', paged_at = null, former_cost = coalesce(i.state -> 'cost', i.former_cost), state = null,
       begin_anew = true, status = 'investigating'
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
): Promise<void> => {
  if (parents.size === 0) return;
  await tx.query(
    `update nightshift.incidents i set deadline_from = $3::timestamptz, attempts = 0, failures = 0, cause_key = null, victims = '{}',
       deadline_at = $3::timestamptz + (deadline_at - coalesce(deadline_from, reopened_at, opened_at)), parent_id = r.parent,
       held = r.parent is not null, counter = counter + case when r.parent is null then 1 else 0 end,
       former_cost = coalesce(case when position('\\u0000' in i.state::text) = 0 then i.state -> 'cost' end, i.former_cost), state = null, begin_anew = true, status = 'investigating'
     from unnest($1::text[], $2::text[]) as r(id, parent) where i.id = r.id`,
    [[...parents.keys()], [...parents.values()], at],
  );
};
