/** Sequence-paged outbox skipping rows. */
import type { SharpEdge } from '../entry.js'

export const outboxSkippingRows: SharpEdge = {
  kind: 'sharp-edge',
  id: 'outbox-skipping-rows',
  title: 'Sequence-paged outbox skipping rows',
  severity: 'critical',
  why: 'A reader that remembers "I have seen up to 1,042" loses rows without an error. Sequence numbers are drawn when a row is inserted, but rows become visible when their transaction commits, and that is another order.',
  symptoms: [
    'Single events are lost under load, without any error',
    'The consumer skipped an id that is in the table',
    'The incremental sync misses rows',
    'Events are missing only when many write at once',
    'updated_at > last_run misses changes',
  ],
  mechanism:
    'A draws 1 and works on. B draws 2 and commits. The reader sees 2, notes 2 as its position. A commits: 1 appears, below the position, and is never read. Rolled back numbers leave gaps for good, so "wait for the gap" waits for ever. `created_at` is worse: `now()` is the start of the transaction. Waiting five seconds "to be sure" fails when a transaction takes six.',
  confirm: [
    '`select o.id from outbox o left join consumed c on c.id = o.id where c.id is null and o.id < (select position from readers where name = $1)`: committed rows below the position.',
    'Force it: in psql `begin; insert into outbox …` without commit; insert and commit in a second session; let the reader run; commit the first.',
    'Rows that were read but failed appear in the reader’s log; skipped ones appear nowhere.',
  ],
  wayOut: [
    'Stop the bleeding: set the position back by an hour; consumers deduplicate by id.',
    'Mark instead of page: `where sent_at is null order by id for update skip locked`; what commits late is simply still unsent.',
    'Or number rows after commit: one mover gives visible rows their positions, readers page by these.',
    'Or bound the reader by the oldest running transaction, `where xid < pg_snapshot_xmin(pg_current_snapshot())`, ordered by (xid, id); know that any long transaction in the cluster stalls it.',
    'Or logical decoding, which delivers in the order of commits.',
    'Keelson does the second: one mover positions committed events, subscribers page by position.',
  ],
  numbers: [
    'nextval is never rolled back and never waits: order of numbers and of commits are 2 different orders [PostgreSQL manual, 9.17 Sequence Manipulation Functions].',
    'now() is the start of the current transaction: 1 value for all of its statements [PostgreSQL manual, 9.9.5 Current Date/Time].',
  ],
  siblings: ['dual-write-to-broker', 'long-transaction-holding-xmin', 'offset-pagination-under-writes'],
  covers: ['sequence-paged outbox skipping rows'],
  wrong: {
    language: 'sql',
    stack: 'Postgres',
    text: `select id, payload from outbox
where id > $1 -- the last id that was seen
order by id limit 100`,
  },
  right: {
    language: 'sql',
    stack: 'Postgres',
    text: `-- Within the transaction that also marks them; published before its commit, at least once.
select id, payload from outbox
where sent_at is null
order by id limit 100
for update skip locked;

update outbox set sent_at = now() where id = any($1)`,
  },
}
