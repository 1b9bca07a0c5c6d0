-- From when the deadline of an incident counts, where that is neither its opening nor its reopening: a child that is looked at
-- by itself gets a deadline of its own, as long as the first.
alter table nightshift.incidents add column deadline_from timestamptz;
