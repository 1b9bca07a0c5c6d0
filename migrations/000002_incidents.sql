-- Incidents and everything that belongs to them. Text from outside is kept as `json` or `text`, never `jsonb`:
-- jsonb reorders keys and refuses \u0000.

create table nightshift.incidents (
  id text primary key,
  cluster text not null,
  subject_key text not null,
  subject json not null,
  severity text not null,
  status text not null,
  graph_version int not null,
  opened_at timestamptz not null,
  closed_at timestamptz,
  deadline_at timestamptz not null,
  -- A signal is a counter, not a job: raised first, then the job is sent. `seen` is what the last turn had read.
  counter bigint not null default 0,
  seen bigint not null default 0,
  -- Raised by each turn; every write of a turn checks it.
  fence bigint not null default 0,
  -- Turns begun since the last checkpoint; reset by progress. Stops a job that kills its process.
  attempts int not null default 0,
  -- Turns that ended in an error since the last good one.
  failures int not null default 0,
  last_error text,
  -- The newest checkpoint as people see it.
  state json,
  checkpoint_id text,
  paged_at timestamptz
);
create unique index incidents_one_open on nightshift.incidents (subject_key) where closed_at is null;
create index incidents_newest on nightshift.incidents (opened_at desc, id desc);
create index incidents_unseen on nightshift.incidents (id) where counter > seen;

create table nightshift.deliveries (
  id text primary key,
  received_at timestamptz not null,
  incident_ids text[] not null
);

create table nightshift.alerts (
  seq bigint generated always as identity primary key,
  incident_id text references nightshift.incidents on delete cascade,
  -- source | fingerprint | startsAt; the same episode fires and resolves once each.
  episode text not null,
  status text not null check (status in ('firing', 'resolved')),
  body json not null,
  received_at timestamptz not null,
  unique (episode, status)
);
create index alerts_of_incident on nightshift.alerts (incident_id);

create table nightshift.approvals (
  incident_id text not null references nightshift.incidents on delete cascade,
  -- How often the walk had gathered when it asked: a plan made anew is a new question.
  round int not null,
  plan_hash text not null,
  -- Of the paused graph; null until it has paused.
  interrupt_id text,
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  state text not null check (state in ('pending', 'approved', 'rejected', 'expired', 'void')),
  decided_by text,
  via text,
  reason text,
  decided_at timestamptz,
  consumed_at timestamptz,
  primary key (incident_id, round)
);

create table nightshift.intents (
  key text primary key,
  incident_id text not null references nightshift.incidents on delete cascade,
  plan_hash text not null,
  round int not null,
  position int not null,
  fence bigint not null,
  started_at timestamptz not null,
  outcome json,
  finished_at timestamptz,
  unique (incident_id, round, plan_hash, position)
);

create table nightshift.bodies (
  hash text primary key,
  -- gzip of the JSON text
  packed bytea not null
);

create table nightshift.evidence (
  incident_id text not null references nightshift.incidents on delete cascade,
  id text not null,
  entry json not null,
  body_hash text references nightshift.bodies,
  primary key (incident_id, id)
);

create table nightshift.journal (
  incident_id text not null references nightshift.incidents on delete cascade,
  seq int not null,
  at timestamptz not null,
  kind text not null,
  actor text not null,
  line text not null,
  data json,
  previous text not null,
  hash text not null,
  primary key (incident_id, seq)
);

create table nightshift.notices (
  key text primary key,
  incident_id text not null references nightshift.incidents on delete cascade,
  channel text not null check (channel in ('card', 'note', 'page')),
  body json not null,
  -- Raised by each change; a delivery settles only the version it sent.
  version int not null default 1,
  sent_version int not null default 0,
  receipt json,
  last_error text,
  sent_at timestamptz
);
