-- More ways of telling people and machines; each notice still goes one way.
alter table nightshift.notices drop constraint notices_channel_check;
alter table nightshift.notices add constraint notices_channel_check
  check (channel in ('card', 'thread', 'note', 'page', 'acknowledge', 'resolve', 'event', 'annotation'));

-- Who asked us to wait, and until when: one row per port, obeyed by every replica.
create table nightshift.pauses (
  port text primary key,
  until timestamptz not null
);
