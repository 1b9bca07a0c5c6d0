export const schema = "nightshift";

/**
 * Held by one worker at a time: a worker whose fence is old finds no row here, so the same statement writes nothing.
 * Progress clears the attempts, in the same statement again.
 */
const turnOf = (lock: string, fence: string): string =>
  `turn as (select id, attempts from nightshift.incidents where id = $1 and fence = ${fence} for ${lock})`;
const noTurn = "turn as (select 1)";

const progress = `, progress as (
    update nightshift.incidents i set attempts = 0 from turn where i.id = turn.id and turn.attempts <> 0
  )`;

/**
 * What the tasks of the parent wrote is in this checkpoint now. Only where there is one writer, as its thread has one branch.
 * What was sent alone and is still on its way is removed by the next one.
 */
const takenIn = `, taken_in as (
    delete from nightshift.checkpoint_writes w using turn
    where w.thread_id = $1 and w.checkpoint_ns = $2 and w.checkpoint_id <= $4
  )`;

/** $1 thread, $2 namespace, $3 id, $4 parent, $5 checkpoint, $6 metadata, $7–$10 channels: name, version, type, value; $11 fence */
export const putSql = (fenced: boolean): string => `
  with ${fenced ? turnOf("no key update", "$11") : noTurn},
  blobs as (
    insert into nightshift.checkpoint_blobs (thread_id, checkpoint_ns, channel, version, type, value)
    select $1, $2, b.* from turn, unnest($7::text[], $8::text[], $9::text[], $10::text[]) as b
    on conflict do nothing
  ),
  checkpoint as (
    insert into nightshift.checkpoints (thread_id, checkpoint_ns, checkpoint_id, parent_checkpoint_id, checkpoint, metadata)
    select $1, $2, $3, $4, $5::jsonb, $6::jsonb from turn
    on conflict (thread_id, checkpoint_ns, checkpoint_id)
      do update set checkpoint = excluded.checkpoint, metadata = excluded.metadata
  )${fenced ? progress + takenIn : ""}
  select 1 from turn`;

const keepFirst = "do nothing";
const keepLast = "do update set channel = excluded.channel, type = excluded.type, value = excluded.value";

/**
 * Whatever follows waits for the disk and takes these along: a later checkpoint, or after a question the transaction that
 * parks the incident. So these need not reach the disk first. Lost before that, the node runs again, as after any crash;
 * what must not be done twice is kept by the ledger.
 */
const unhurried = "unhurried as materialized (select set_config('synchronous_commit', 'off', true))";

/** $1 thread, $2 namespace, $3 checkpoint, $4 task, $5 task path, $6–$9 writes: index, channel, type, value; $10 fence */
export const putWritesSql = (fenced: boolean, replace: boolean): string => `
  with ${fenced ? turnOf("share", "$10") : noTurn},
  ${unhurried},
  writes as (
    insert into nightshift.checkpoint_writes
      (thread_id, checkpoint_ns, checkpoint_id, task_id, task_path, idx, channel, type, value)
    select $1, $2, $3, $4, $5, w.* from turn, unnest($6::int[], $7::text[], $8::text[], $9::text[]) as w
    on conflict (thread_id, checkpoint_ns, checkpoint_id, task_id, idx) ${replace ? keepLast : keepFirst}
  )
  select 1 from turn, unhurried`;

/** Values travel as JSON, which the driver parses natively; arrays of bytea took it 742 ms for 1 MB. */
export const selectSql = (chosen: string): string => `
  with chosen as (select * from nightshift.checkpoints ${chosen})
  select cp.thread_id, cp.checkpoint_ns, cp.checkpoint_id, cp.parent_checkpoint_id, cp.checkpoint, cp.metadata,
    (
      select coalesce(json_agg(json_build_array(b.channel, b.type, b.value)), '[]')
      from jsonb_each_text(cp.checkpoint -> 'channel_versions') as v
      join nightshift.checkpoint_blobs b on b.thread_id = cp.thread_id and b.checkpoint_ns = cp.checkpoint_ns
        and b.channel = v.key and b.version = v.value
    ) as channels,
    (
      select coalesce(json_agg(json_build_array(w.task_id, w.channel, w.type, w.value)
        order by w.task_path collate "C", w.task_id collate "C", w.idx), '[]')
      from nightshift.checkpoint_writes w
      where w.thread_id = cp.thread_id and w.checkpoint_ns = cp.checkpoint_ns and w.checkpoint_id = cp.checkpoint_id
    ) as writes
  from chosen cp order by cp.checkpoint_id desc`;
