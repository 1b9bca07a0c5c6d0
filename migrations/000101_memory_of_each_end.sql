-- An incident that comes back within minutes is opened again and ends once more: each of its ends is remembered.
alter table nightshift.memories drop constraint memories_pkey, add primary key (incident_id, opened_at);
