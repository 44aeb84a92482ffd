/** What isolation costs, as operations: each is the smallest command that has one of the conflicts of `works.ts`. */
import { anyone, app, command, conflict, module } from 'keelson'
import { setTimeout as pause } from 'node:timers/promises'
import * as z from 'zod'
import { accounts, reservations, settings } from './tables.js'

const account = z.int().min(0).max(9999)

export const deposit = command('deposit', {
  http: { post: '/deposit' },
  input: z.object({ account }),
  allow: anyone,
  async run({ input, tx }) {
    const { balance } = await tx.require(accounts, input.account)
    tx.update(accounts, input.account, { balance: balance + 1 })
  },
})

/** The same, with a look at a row that everybody reads and nobody writes. */
export const depositWithFee = command('deposit.withFee', {
  http: { post: '/deposit-with-fee' },
  input: z.object({ account }),
  allow: anyone,
  async run({ input, tx }) {
    const [{ balance }, { fee }] = await Promise.all([
      tx.require(accounts, input.account),
      tx.require(settings, 1),
    ])
    tx.update(accounts, input.account, { balance: balance + 1 - fee })
  },
})

/** Two reads, one after the other, in the order that the client names. */
export const transfer = command('transfer', {
  http: { post: '/transfer' },
  input: z.object({ from: account, to: account }),
  allow: anyone,
  errors: { tooPoor: conflict('Not enough money.') },
  async run({ input, tx, fail }) {
    const from = await tx.require(accounts, input.from)
    const to = await tx.require(accounts, input.to)
    if (from.balance < 1) fail.tooPoor()
    tx.update(accounts, from.id, { balance: from.balance - 1 })
    tx.update(accounts, to.id, { balance: to.balance + 1 })
  },
})

/** Check-then-insert: what it rests on is a list. */
export const reserve = command('reserve', {
  http: { post: '/reserve', status: 201 },
  input: z.object({ room: z.int(), day: z.int(), hour: z.int() }),
  allow: anyone,
  errors: { taken: conflict('This hour is taken.') },
  async run({ input, tx, fail, id }) {
    const taken = await tx.list(reservations, { where: { room: input.room, day: input.day } })
    if (taken.some(({ hour }) => hour === input.hour)) fail.taken()
    tx.insert(reservations, { id: id(), ...input })
  },
})

/** A deposit that waits in code after it has read: what it saw has often changed meanwhile, and must be held for it. */
export const slowDeposit = command('deposit.slow', {
  http: { post: '/deposit-slow' },
  input: z.object({ account, waitMs: z.int().min(0).max(5000) }),
  allow: anyone,
  async run({ input, tx }) {
    const { balance } = await tx.require(accounts, input.account)
    if (input.waitMs > 0) await pause(input.waitMs)
    tx.update(accounts, input.account, { balance: balance + 1 })
  },
})

export default app({
  name: 'isolation',
  modules: [
    module('isolation', {
      accounts,
      settings,
      reservations,
      deposit,
      depositWithFee,
      transfer,
      reserve,
      slowDeposit,
    }),
  ],
  migrations: new URL('../../../migrations/isolation', import.meta.url),
})
