-- One cause, many victims: a child is held by its parent while that is open, and looked at again when it closes.
alter table nightshift.incidents
  add column parent_id text references nightshift.incidents on delete set null,
  -- True from the moment a parent takes it until it is looked at again; of one that ended with its parent it stays true.
  add column held boolean not null default false,
  -- What the diagnosis of this incident traces back to, written like a subject_key.
  add column cause_key text,
  -- The cause of the parent it was once held by.
  add column left_cause text,
  -- Subjects that the diagnosis saw suffer from the same, and when it looked.
  add column victims text[] not null default '{}',
  add column victims_at timestamptz,
  -- The walk has ended or has been overtaken; the next turn begins it anew.
  add column begin_anew boolean not null default false,
  -- When it was last opened again; the numbers count from there.
  add column reopened_at timestamptz;
create index incidents_children on nightshift.incidents (parent_id) where parent_id is not null;
create index incidents_cause on nightshift.incidents (cause_key) where closed_at is null and not held;
create index incidents_victims on nightshift.incidents using gin (victims) where closed_at is null and not held;
create index incidents_recent on nightshift.incidents (subject_key, closed_at);
