-- When the try began that nobody has noted the answer of: chat is asked whether the message is there before it is sent again.
alter table nightshift.notices add column tried_at timestamptz;
