/** Held by the compiler alone: what is inferred of jobs, and where mistakes are reported. */
import * as z from 'zod'
import type { Server } from '../../src/composition/server.js'
import type { Job } from '../../src/jobs/job.js'
import { anyone } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { job } from '../../src/operation/job.js'
import { query } from '../../src/operation/query.js'
import { timestampCodec } from '../../src/schema/json-codecs.js'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const expect = <T extends true>(): T | undefined => undefined

const priceOf = query('price.of', {
  input: z.object({ sku: z.string() }),
  output: z.object({ price: z.int() }),
  allow: anyone,
  run: () => ({ price: 1 }),
})

export const remind = job('remind', {
  input: z.object({ orderId: z.string(), at: timestampCodec() }),
  retry: { attemptsMax: 3 },
  async run({ input, id, attempt, signal, execute, http, giveUp }) {
    expect<Equal<typeof input, { orderId: string; at: Date }>>()
    expect<Equal<typeof id, string>>()
    expect<Equal<typeof attempt, number>>()
    expect<Equal<typeof signal, AbortSignal>>()
    const { price } = await execute(priceOf, { sku: 'tea' })
    expect<Equal<typeof price, number>>()
    // @ts-expect-error -- the operation takes a sku
    await execute(priceOf, { item: 'tea' })
    const response = await http('https://example.com')
    if (!response.ok) giveUp('No.')
  },
})
expect<Equal<typeof remind, Job<{ orderId: string; at: Date }>>>()

export const place = command('place', {
  allow: anyone,
  run({ tx, now }) {
    const id = tx.enqueue(remind, { orderId: 'o1', at: now }, { delayMs: 1000 })
    expect<Equal<typeof id, string>>()
    // @ts-expect-error -- handed over as the handler gets it: a date
    tx.enqueue(remind, { orderId: 'o1', at: '2026-01-01' })
    // @ts-expect-error -- a field is missing
    tx.enqueue(remind, { orderId: 'o1' })
    // @ts-expect-error -- milliseconds
    tx.enqueue(remind, { orderId: 'o1', at: now }, { delayMs: '1s' })
  },
})

export async function outside(server: Server): Promise<void> {
  await server.enqueue(remind, { orderId: 'o1', at: new Date() })
  // @ts-expect-error -- a field is missing
  await server.enqueue(remind, { at: new Date() })
}

// @ts-expect-error -- a job says what it takes
job('nothing', { run: () => undefined })
