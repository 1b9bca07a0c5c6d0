-- An incident that was just opened stood in three indexes that hold nothing of it yet, and each delivery read the victims of every
-- open incident to find that almost none has any.
drop index nightshift.incidents_victims;
create index incidents_victims on nightshift.incidents using gin (victims) with (fastupdate = off)
  where closed_at is null and not held and victims <> '{}';
drop index nightshift.incidents_cause;
create index incidents_cause on nightshift.incidents (cause_key)
  where closed_at is null and not held and cause_key is not null;
drop index nightshift.incidents_recent;
create index incidents_recent on nightshift.incidents (subject_key, closed_at) where closed_at is not null;
