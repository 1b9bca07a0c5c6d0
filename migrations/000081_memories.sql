-- What is kept of an incident when it ends, and for longer than the incident itself.
create table nightshift.memories (
  incident_id text primary key,
  cluster text not null,
  class text,
  subject_key text not null,
  opened_at timestamptz not null,
  closed_at timestamptz not null,
  -- A Remembered of src/incident/memory.ts: json, because its text comes from outside.
  entry json not null
);
create index memories_by_class on nightshift.memories (cluster, class, closed_at desc);
create index memories_by_age on nightshift.memories (closed_at);

-- What a person says of a diagnosis; the newest word counts.
create table nightshift.feedback (
  incident_id text primary key references nightshift.incidents on delete cascade,
  at timestamptz not null,
  said_by text not null,
  correct boolean not null,
  class text,
  note text
);
