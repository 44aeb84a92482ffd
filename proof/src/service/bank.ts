/** Accounts and transfers: two reads one after the other, in whichever order the client says; also in SQL, and composed. */
import { anyone, command, conflict, query } from 'keelson'
import { z } from 'zod'
import { accounts, transfers } from './tables.js'

const Account = z.object({ id: z.string(), balance: z.int(), version: z.int() })
const Refused = z.object({ account: z.string(), balance: z.int(), version: z.int() })
const errors = { insufficient: conflict('Not enough money.', Refused) }

export const transfer = command('bank.transfer', {
  http: { post: '/bank.transfer' },
  input: z.object({
    token: z.string(),
    leg: z.int().optional(),
    source: z.string(),
    target: z.string(),
    amount: z.int(),
    targetFirst: z.boolean().optional(),
    reference: z.string().optional(),
  }),
  output: z.object({ source: Account, target: Account }),
  allow: anyone,
  errors,
  async run({ input, tx, fail, id }) {
    const { token, leg = 0, amount, reference } = input
    const first = await tx.require(accounts, input.targetFirst ? input.target : input.source)
    const second = await tx.require(accounts, input.targetFirst ? input.source : input.target)
    const [from, to] = input.targetFirst ? [second, first] : [first, second]
    if (from.balance < amount)
      fail.insufficient({ account: from.id, balance: from.balance, version: from.version })
    const source = { id: from.id, balance: from.balance - amount, version: from.version + 1 }
    const target = { id: to.id, balance: to.balance + amount, version: to.version + 1 }
    for (const { id: account, ...patch } of [source, target]) tx.update(accounts, account, patch)
    tx.insert(transfers, {
      id: id(),
      token,
      leg,
      source: from.id,
      target: to.id,
      amount,
      sourceVersion: source.version,
      sourceBalance: source.balance,
      targetVersion: target.version,
      targetBalance: target.balance,
      reference: reference ?? null,
    })
    return { source, target }
  },
})

/** Two transfers in a row, both or none. */
export const route = command('bank.route', {
  http: { post: '/bank.route' },
  input: z.object({ token: z.string(), stops: z.array(z.string()).length(3), amount: z.int() }),
  output: z.object({ source: Account, target: Account }),
  allow: anyone,
  errors,
  async run({ input: { token, stops, amount }, tx }) {
    const [source, middle, target] = stops as [string, string, string]
    const first = await tx.call(transfer, { token, leg: 0, source, target: middle, amount })
    const second = await tx.call(transfer, { token, leg: 1, source: middle, target, amount })
    return { source: first.source, target: second.target }
  },
})

/** The same transfer in SQL: runs solo, on the tables of the others. */
export const transferBySql = command('bank.transferBySql', {
  http: { post: '/bank.transferBySql' },
  input: z.object({ token: z.string(), source: z.string(), target: z.string(), amount: z.int() }),
  output: z.object({ source: Account, target: Account }),
  allow: anyone,
  errors,
  async run({ input: { token, source, target, amount }, tx, fail, id }) {
    const [from] = await tx.sql<{ balance: number; version: number }>`
      select balance, version from accounts where id = ${source}`
    const { balance, version } = from!
    if (balance < amount) fail.insufficient({ account: source, balance, version })
    const change = async (account: string, by: number): Promise<z.infer<typeof Account>> => {
      const [row] = await tx.sql<{ balance: number; version: number }>`
        update accounts set balance = balance + ${by}, version = version + 1
        where id = ${account} returning balance, version`
      return { id: account, ...row! }
    }
    const before = await change(source, -amount)
    const after = await change(target, amount)
    await tx.sql`
      insert into transfers values (${id()}, ${token}, 0, ${source}, ${target}, ${amount},
        ${before.version}, ${before.balance}, ${after.version}, ${after.balance}, null)`
    return { source: before, target: after }
  },
})

/** All accounts in one statement, so that what it shows is one moment. */
export const lookBank = query('look.bank', {
  http: { get: '/look.bank' },
  input: z.object({}),
  output: z.object({ accounts: z.array(Account) }),
  allow: anyone,
  run: async ({ db }) => ({ accounts: await db.list(accounts) }),
})
