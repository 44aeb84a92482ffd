/**
 * Commands whose every run answers otherwise: with an id of its own and the version it found. Whoever gets the same bytes
 * twice got a stored answer.
 */
import { anyone, command, conflict, event } from 'keelson'
import { z } from 'zod'
import { deposits, purses } from './tables.js'

const Seen = z.object({ attempt: z.uuid(), total: z.int(), version: z.int() })

export const Deposited = event('deposit.made', {
  version: 1,
  key: (e) => e.purse,
  payload: z.object({ token: z.string(), purse: z.string(), version: z.int() }),
})

/** Refused by rule where the sum could be divided by three, after all that it would write was written. */
export const put = command('deposits.put', {
  http: { post: '/deposits.put' },
  input: z.object({ token: z.string(), purse: z.string(), amount: z.int() }),
  output: Seen,
  allow: anyone,
  errors: { unlucky: conflict('Divisible by three.', Seen) },
  async run({ input: { token, purse, amount }, tx, id, fail }) {
    const before = await tx.require(purses, purse)
    const total = before.total + amount
    const version = before.version + 1
    const attempt = id()
    tx.update(purses, purse, { total, version })
    tx.insert(deposits, { id: attempt, token, purse, amount, version })
    tx.emit(Deposited, { token, purse, version })
    if (total % 3 === 0) fail.unlucky({ attempt, total: before.total, version: before.version })
    return { attempt, total, version }
  },
})
