/** Counter read, changed and written back. */
import type { Validation } from '../entry.js'

export const readModifyWriteOfCounter: Validation = {
  kind: 'validation',
  id: 'read-modify-write-of-counter',
  title: 'Counter read, changed and written back',
  severity: 'high',
  why: 'Two processes read 41, both write 42: one view, one payment, one loyalty point is lost, without an error anywhere. ORMs invite it, since loading an entity, adding one and saving it is how objects are used.',
  looksFor:
    'A number or array column is read, changed in JavaScript and written back (`count: row.count + 1`, `entity.points += 5; save(entity)`, `tags: [...row.tags, tag]`), JSON columns merged in the process, with no lock, version or serializable retry; the same in Redis by GET and SET.',
  sparesFor: [
    '`increment`, `decrement`, `set count = count + 1`, `array_append`, `jsonb_set`, INCR.',
    'The row read `for update` in the same transaction; a version compared in the write.',
    'Single writers by construction: a partition owner, a job with a lock.',
  ],
  fix: 'Let the database compute on the row as it is: `set points = points + $1 … returning points`. For hot counters insert events or spread over shards and sum up.',
  numbers: [
    'Of 2 concurrent increments by read and write 1 is lost; by `count = count + 1` none, since the second waits and reads anew [PostgreSQL manual, Read Committed].',
  ],
  siblings: ['check-then-update', 'race-between-check-and-act', 'optimistic-concurrency', 'pessimistic-lock'],
  covers: ['read-modify-write of counters'],
  wrong: {
    language: 'ts',
    stack: 'NestJS and TypeORM',
    text: `const account = await this.accounts.findOneByOrFail({ id })
account.points += earned
await this.accounts.save(account)`,
  },
  right: {
    language: 'ts',
    stack: 'NestJS and TypeORM',
    text: `const { affected } = await this.accounts.increment({ id }, 'points', earned)
if (affected !== 1) throw new NotFoundException()`,
  },
  executedBy: 'by-hand',
}
