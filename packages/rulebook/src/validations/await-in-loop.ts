/** `await` in a loop that could be one call. */
import type { Validation } from '../entry.js'

export const awaitInLoop: Validation = {
  kind: 'validation',
  id: 'await-in-loop',
  title: '`await` in a loop that could be one call',
  severity: 'low',
  why: 'Calls that do not depend on each other, made one after the other, add up their times: twenty requests of fifty milliseconds are a second. The opposite, all at once without a bound, opens a thousand sockets. Between the two lies one call for all, which most interfaces offer.',
  looksFor:
    '`await` of an outgoing call in a loop, where no turn uses the result of the one before, order does not matter and the receiver has a form for many (`mget`, `in`, batch, bulk); two or three awaits in a row on independent reads of a handler; `Promise.all` over a list whose length is not bounded.',
  sparesFor: [
    'Loops that must go in order, or stop at the first success; retries; paging by cursor.',
    'Deliberate throttling of a partner.',
    'Statements on one client in a transaction: it runs them one by one anyway.',
    'Scripts in which time does not matter.',
  ],
  fix: 'The call for many first; else `Promise.all` for few, a pool with a limit (p-limit, p-map) for many, with `allSettled` where one failure shall not hide the others.',
  numbers: [
    '20 independent calls of 50 ms take 1,000 ms in turn and about 250 ms by 4 at a time [arithmetic].',
  ],
  siblings: ['query-in-loop', 'n-plus-one-queries', 'bulk-operations', 'bulkhead'],
  covers: ['await in a loop that could be one call'],
  wrong: {
    language: 'ts',
    stack: 'ioredis',
    text: `const profiles = []
for (const id of ids) profiles.push(JSON.parse((await redis.get(\`profile:\${id}\`)) ?? 'null'))`,
  },
  right: {
    language: 'ts',
    stack: 'ioredis',
    text: `const texts = await redis.mget(ids.map((id) => \`profile:\${id}\`))
const profiles = texts.map((text) => (text === null ? null : Profile.parse(JSON.parse(text))))`,
  },
  executedBy: 'by-hand',
}
