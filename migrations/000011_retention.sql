-- Retention looks for who else needs a body; without these each removed body would read all of evidence and tape.
create index evidence_by_body on nightshift.evidence (body_hash) where body_hash is not null;
create index tape_by_body on nightshift.tape using gin (bodies);
create index deliveries_by_age on nightshift.deliveries (received_at);

-- When only the last checkpoint was left of the incident; null: all are still there.
alter table nightshift.incidents add column pruned_at timestamptz;
create index incidents_over on nightshift.incidents (closed_at) where closed_at is not null;
