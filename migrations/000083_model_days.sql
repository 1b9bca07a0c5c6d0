-- What models cost on each day (UTC), over all replicas. What a call may cost at most is taken before it is asked and put
-- right afterwards; a process that dies in between leaves the most it may have cost.
create table nightshift.model_days (
  day date primary key,
  tokens bigint not null,
  usd double precision not null,
  calls int not null,
  refused int not null default 0
);
