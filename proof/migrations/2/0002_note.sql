-- Version 2 adds a column that version 1 does not know; both run at once.
alter table counters add column note text;
