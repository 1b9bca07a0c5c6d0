-- An alert that still fires after its incident was closed opens another one: it belongs to both.
alter table nightshift.alerts drop constraint alerts_episode_status_key;
create unique index alerts_once on nightshift.alerts (episode, status, coalesce(incident_id, ''));
