import type { Pool } from "pg";
import type { Case } from "../incident/stats.ts";

interface Row extends Omit<Case, "tokens" | "usd" | "calls" | `${string}At`> {
  openedAt: Date;
  closedAt: Date | null;
  diagnosedAt: Date | null;
  decidedAt: Date | null;
  recoveredAt: Date | null;
  pagedAt: Date | null;
  calls: number | null;
  tokens: number | null;
  usd: number | null;
}

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

/** What policy approved nobody was asked about. */
const byPerson = "a.via is distinct from 'policy'";

/** Its walk as it is now: one that came back, was taken up or is looked at again began anew. */
const begun = "coalesce(i.deadline_from, i.reopened_at, '-infinity')";

/** The last look before something was made of it: after a decision, it is looked at again, and that is no diagnosis. */
const diagnosed = `select max(j.at) from nightshift.journal j
        where j.incident_id = i.id and j.kind = 'step' and j.actor = 'diagnose' and j.at >= ${begun} and not exists (
          select 1 from nightshift.journal n where n.incident_id = i.id and n.kind = 'step' and n.actor in ('runbook-retrieve', 'propose')
            and n.at >= ${begun} and n.seq < j.seq)`;

/** Every incident that is still kept, with what the numbers need of it. */
export const readCases = async (pool: Pool): Promise<Case[]> => {
  const { rows } = await pool.query<Row>(
    `select coalesce(i.reopened_at, i.opened_at) as "openedAt", i.closed_at as "closedAt", i.status, i.held as child, i.paged_at as "pagedAt",
       case i.state #>> '{diagnosis,kind}' when 'cause' then i.state #>> '{diagnosis,class}' when 'unknown' then 'unknown' end as class,
       coalesce(i.status = 'dismissed' and i.state #>> '{diagnosis,class}' like 'control-%', false) as noise,
       (select count(*)::int from nightshift.alerts a where a.incident_id = i.id and a.status = 'firing') as alerts,
       (${diagnosed}) as "diagnosedAt",
       (select min(a.decided_at) from nightshift.approvals a
        where a.incident_id = i.id and a.state in ('approved', 'rejected') and ${byPerson}
          and a.decided_at >= coalesce(i.reopened_at, i.opened_at)) as "decidedAt",
       case when i.state #>> '{verdict,kind}' = 'recovered' then (i.state #>> '{verdict,at}')::timestamptz end as "recoveredAt",
       i.paged_at is not null or exists (select 1 from nightshift.notices n where n.incident_id = i.id and n.channel = 'page')
         or exists (select 1 from nightshift.approvals a where a.incident_id = i.id and ${byPerson}) as asked,
       (select count(*)::int from nightshift.approvals a where a.incident_id = i.id and a.state = 'approved' and ${byPerson}) as approved,
       (select count(*)::int from nightshift.approvals a where a.incident_id = i.id and a.state = 'rejected') as refused,
       (select f.correct from nightshift.feedback f where f.incident_id = i.id
         and f.at >= coalesce(i.reopened_at, i.opened_at)) as correct,
       former."right"::int as "formerRight", former.wrong::int as "formerWrong",
       (c.cost ->> 'calls')::int as calls,
       ((c.cost ->> 'inputTokens')::int + (c.cost ->> 'outputTokens')::int) as tokens,
       case when c.cost is null then 0 else (c.cost ->> 'usd')::float8 end as usd
     from nightshift.incidents i, lateral (select coalesce(i.state -> 'cost', i.former_cost) as cost) c,
       lateral (select count(*) filter (where m.entry #>> '{feedback,correct}' = 'true') as "right",
           count(*) filter (where m.entry #>> '{feedback,correct}' = 'false') as wrong
         from nightshift.memories m where m.incident_id = i.id and m.opened_at < coalesce(i.reopened_at, i.opened_at)) former
     order by i.opened_at`,
  );
  return rows.map((row) => ({
    ...row,
    openedAt: row.openedAt.toISOString(),
    closedAt: iso(row.closedAt),
    diagnosedAt: iso(row.diagnosedAt),
    decidedAt: iso(row.decidedAt),
    recoveredAt: iso(row.recoveredAt),
    pagedAt: iso(row.pagedAt),
    calls: row.calls ?? 0,
    tokens: row.tokens ?? 0,
  }));
};
