-- What the world answered to each visit of a node, so that the incident can be played again without it.
create table nightshift.tape (
  incident_id text not null references nightshift.incidents on delete cascade,
  -- LangGraph's id of the task: the same when a node runs again after a crash, another one for each visit.
  visit text not null,
  step int not null,
  node text not null,
  -- Calls in the order they were made, times, and the settings of that moment. Long answers are in bodies.
  entry json not null,
  -- The bodies this entry needs; whoever removes bodies must look here as well as into evidence.
  bodies text[] not null,
  primary key (incident_id, visit)
);

create table nightshift.replays (
  id text primary key,
  incident_id text not null references nightshift.incidents on delete cascade,
  asked_by text not null,
  asked_at timestamptz not null,
  request json not null,
  result json not null
);
create index replays_of_incident on nightshift.replays (incident_id, asked_at);
