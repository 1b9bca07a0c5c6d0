import { Subject } from "../incident/subject.ts";
import { isHeld } from "./conditions.ts";
import { prepared, type Runner } from "./transaction.ts";

/** Where an incident stands among others, as people see it. */
export interface Kinship {
  parentId: string | null;
  /** The parent, while that holds it: what is said of the parent is said of this one. */
  heldBy: string | null;
  /** In the order in which they were opened. */
  childIds: string[];
  /** Its alerts and those of its children. */
  alertCount: number;
}

const none: Kinship = { parentId: null, heldBy: null, childIds: [], alertCount: 0 };

const family = "select i.id union all select c.id from nightshift.incidents c where c.parent_id = i.id";

export const kinshipsOf = async (db: Runner, ids: readonly string[]): Promise<(id: string) => Kinship> => {
  const { rows } = await db.query<Kinship & { id: string }>(
    `select i.id, p.id as "parentId", case when ${isHeld} then p.id end as "heldBy",
       array(select c.id from nightshift.incidents c where c.parent_id = i.id order by c.opened_at, c.id) as "childIds",
       (select count(*)::int from nightshift.alerts a where a.incident_id in (${family})) as "alertCount"
     from nightshift.incidents i left join nightshift.incidents p on p.id = i.parent_id where i.id = any($1)`,
    [ids],
  );
  const found = new Map(rows.map(({ id, ...kinship }) => [id, kinship]));
  return (id) => found.get(id) ?? none;
};

/** Its children, named, in the order in which they were opened. */
export const childrenOf = async (db: Runner, id: string): Promise<{ id: string; subject: Subject }[]> => {
  const { rows } = await db.query<{ id: string; subject: unknown }>(
    "select id, subject from nightshift.incidents where parent_id = $1 order by opened_at, id",
    [id],
  );
  return rows.map((one) => ({ id: one.id, subject: Subject.parse(one.subject) }));
};

export const reopenedAt = async (db: Runner, id: string): Promise<Date | null> => {
  const { rows } = await db.query<{ at: Date | null }>(
    "select reopened_at as at from nightshift.incidents where id = $1",
    [id],
  );
  return rows[0]?.at ?? null;
};

/** For each of them the one that holds it, else itself, if people were told of that by a card; each once, in order of the id. */
export const toldHeadsOf = async (db: Runner, ids: readonly string[]): Promise<string[]> => {
  if (ids.length === 0) return [];
  const { rows } = await db.query<{ id: string }>(
    prepared(
      `select distinct n.incident_id as id
       from nightshift.incidents i left join nightshift.incidents p on p.id = i.parent_id
       join nightshift.notices n on n.key = 'card:' || case when ${isHeld} then p.id else i.id end
       where i.id = any($1) order by 1`,
      [ids],
    ),
  );
  return rows.map(({ id }) => id);
};
