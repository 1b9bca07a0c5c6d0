import { isHeld } from "./conditions.ts";
import type { Runner } from "./transaction.ts";

const ranked = ["none", "info", "warning", "critical"];
const words = `array['${ranked.join("', '")}']`;
const rank = (column: string): string => `array_position(${words}, ${column})`;

/** Of the incident `i`: the highest of its own and of those that it holds, or held to their end. */
export const highestSeverity = `coalesce((${words})[greatest(${rank("i.severity")},
  (select max(${rank("c.severity")}) from nightshift.incidents c where c.parent_id = i.id))], i.severity)`;

/** A word that nobody knows is below all. */
export const isWorse = (severity: string, than: string): boolean => ranked.indexOf(severity) > ranked.indexOf(than);

export interface JoinedAlert {
  incidentId: string;
  alert: { severity: string };
}

/** Never lowers. Answers which incidents rose, to what, and who holds them. Their rows are locked already; those of parents are not. */
export const raiseSeverities = async (
  tx: Runner,
  joined: readonly JoinedAlert[],
): Promise<{ id: string; severity: string; heldBy: string | null }[]> => {
  if (joined.length === 0) return [];
  const { rows } = await tx.query<{ id: string; severity: string; heldBy: string | null }>(
    `update nightshift.incidents i set severity = (${words})[h.rank]
     from (select id, max(${rank("severity")}) as rank from unnest($1::text[], $2::text[]) as j(id, severity) group by id) h
     where i.id = h.id and h.rank > coalesce(${rank("i.severity")}, 0)
     returning i.id, i.severity, (select p.id from nightshift.incidents p where p.id = i.parent_id and ${isHeld}) as "heldBy"`,
    [joined.map(({ incidentId }) => incidentId), joined.map(({ alert }) => alert.severity)],
  );
  return rows;
};
