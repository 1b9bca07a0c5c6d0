-- A model that begins to answer with vectors of another length has rows of its own: the old ones fit no question any more.
alter table nightshift.embeddings drop constraint embeddings_pkey, add primary key (model, dimensions, content_hash);
