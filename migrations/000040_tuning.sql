-- Pruning removes most rows of these a day after they were written; by default a fifth of a large table must be dead
-- before anything is cleaned.
alter table nightshift.checkpoints set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table nightshift.checkpoint_blobs set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
alter table nightshift.checkpoint_writes set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
