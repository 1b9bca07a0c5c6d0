-- What the model cost before the walk was to begin anew. A walk goes on counting from there: this counts only while it has not
-- begun, or where it never does.
alter table nightshift.incidents add column former_cost json;
