-- Which version was tried, and how often: another page is another attempt, and what cannot be looked for is not looked for without end.
alter table nightshift.notices add column tried_version int, add column tries int not null default 0;
