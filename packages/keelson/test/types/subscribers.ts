/** Held by the compiler alone: what a subscriber's handler is given, and where mistakes are reported. */
import * as z from 'zod'
import { event } from '../../src/events/event.js'
import { subscriber } from '../../src/operation/subscriber.js'
import { timestampCodec } from '../../src/schema/json-codecs.js'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <T extends true>(): T | undefined => undefined

const Placed = event('order.placed', {
  version: 2,
  key: (e) => e.orderId,
  payload: z.object({ orderId: z.string(), total: z.int(), at: timestampCodec() }),
  upcast: { 1: (old: { orderId: string; total: number }) => ({ ...old, at: '2026-01-01T00:00:00Z' }) },
})
const Cancelled = event('order.cancelled', {
  version: 1,
  key: (e) => e.orderId,
  payload: z.object({ orderId: z.string(), why: z.string().optional() }),
})

export const one = subscriber('one', {
  on: [Placed],
  from: 'start',
  run({ event: { id, name, payload, occurredAt } }) {
    expect<Equal<typeof id, string>>()
    expect<Equal<typeof name, 'order.placed'>>()
    expect<Equal<typeof payload, { orderId: string; total: number; at: Date }>>()
    expect<Equal<typeof occurredAt, Date>>()
  },
})

/** Told apart by their names. */
export const several = subscriber('several', {
  on: [Placed, Cancelled],
  from: 'now',
  async run({ event: { name, payload }, tx }) {
    expect<Equal<typeof name, 'order.placed' | 'order.cancelled'>>()
    if (name === 'order.placed') expect<Equal<typeof payload.total, number>>()
    else expect<Equal<typeof payload.why, string | undefined>>()
    tx.emit(Cancelled, { orderId: payload.orderId })
    await Promise.resolve()
  },
})

// @ts-expect-error -- where does it begin?
export const nowhere = subscriber('nowhere', { on: [Placed], run: () => undefined })

export const wrongField = subscriber('wrong', {
  on: [Cancelled],
  from: 'start',
  // @ts-expect-error -- a cancellation has no total
  run: ({ event }) => void event.payload.total,
})
