-- What a sentence model makes of a piece of a runbook. Keyed by the text itself: a changed section is a new row,
-- a page that moved costs nothing, another model has rows of its own.
create table nightshift.embeddings (
  model text not null,
  content_hash text not null,
  dimensions int not null,
  vector real[] not null,
  -- Rows that no shelf has asked for in a long time are removed.
  used_at timestamptz not null default now(),
  primary key (model, content_hash)
);
