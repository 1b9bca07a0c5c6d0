-- LangGraph's saver. `value` is JSON text, not jsonb: jsonb cannot hold \u0000 or half a surrogate pair, JSON text can.
create table nightshift.checkpoints (
  thread_id text not null,
  checkpoint_ns text not null default '',
  checkpoint_id text not null,
  parent_checkpoint_id text,
  checkpoint jsonb not null,
  metadata jsonb not null default '{}',
  created_at timestamptz not null default now(),
  primary key (thread_id, checkpoint_ns, checkpoint_id)
);

create table nightshift.checkpoint_blobs (
  thread_id text not null,
  checkpoint_ns text not null default '',
  channel text not null,
  version text not null,
  type text not null,
  value text not null,
  primary key (thread_id, checkpoint_ns, channel, version)
);

create table nightshift.checkpoint_writes (
  thread_id text not null,
  checkpoint_ns text not null default '',
  checkpoint_id text not null,
  task_id text not null,
  task_path text not null default '',
  idx integer not null,
  channel text not null,
  type text not null,
  value text not null,
  primary key (thread_id, checkpoint_ns, checkpoint_id, task_id, idx)
);
