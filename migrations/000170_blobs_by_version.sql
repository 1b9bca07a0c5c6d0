-- Channels that changed together share a version and are one row from here on; they are looked for by their version.
alter table nightshift.checkpoint_blobs
  drop constraint checkpoint_blobs_pkey,
  add primary key (thread_id, checkpoint_ns, version, channel);
