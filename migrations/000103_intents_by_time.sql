-- What was changed within the last hour is asked for each proposal and before each change: without reading the whole journal.
create index journal_intents_by_time on nightshift.journal (at) where kind = 'intent';
