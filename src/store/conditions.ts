import { terminalStatuses } from "../incident/incident.ts";

/*
 * What the columns of an incident mean, said once, as conditions of SQL: `i` is the incident and `p` its parent, joined on
 * `p.id = i.parent_id` and null where it has none. The column `held` alone does not tell: it stays true of a child whose parent
 * has ended, until that child is looked at again.
 */

/** Its parent holds it: neither of the two is over. */
export const isHeld = "(i.held and i.closed_at is null and p.id is not null and p.closed_at is null)";

/** Its parent is over, or gone, and nobody has looked at it since. */
export const isOrphan = "(i.held and i.closed_at is null and (p.id is null or p.closed_at is not null))";

/** Open, and no child of anybody: others may become its children. */
export const isFree = "(i.closed_at is null and not i.held)";

/** Nobody was paged since its deadline began to run: a later look has one of its own. */
export const isUnpaged = "(i.paged_at is null or i.paged_at < i.deadline_from)";

/** Its walk has not ended. */
export const isWalking = `i.status not in (${terminalStatuses.map((status) => `'${status}'`).join(", ")})`;

/** The alert `a` has not resolved at its source. */
export const isFiring = `(a.status = 'firing' and not exists (
  select 1 from nightshift.alerts r where r.episode = a.episode and r.status = 'resolved'))`;
