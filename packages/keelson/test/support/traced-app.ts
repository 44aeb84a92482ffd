/** An application whose requests leave work behind: an event that is followed, a job, and what these leave in their turn. */
import { trace } from '@opentelemetry/api'
import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { app } from '../../src/app.js'
import { readConfig } from '../../src/config/config.js'
import type { Server } from '../../src/composition/server.js'
import { createServer } from '../../src/create-server.js'
import { event } from '../../src/events/event.js'
import { route } from '../../src/http/route.js'
import { anyone } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { job } from '../../src/operation/job.js'
import { module } from '../../src/operation/module.js'
import { subscriber } from '../../src/operation/subscriber.js'
import { createLog } from '../../src/telemetry/log.js'
import type { Role } from '../../src/work/background.js'

export const TRACED_SCRIPT = 'create table orders (id uuid primary key, word text not null);'

const orders = pgTable('orders', { id: uuid().primaryKey(), word: text().notNull() })

const payload = z.object({ word: z.string() })
const key = (e: { word: string }): string => e.word
const Placed = event('order.placed', { version: 1, key, payload })
const Followed = event('order.followed', { version: 1, key, payload })
const Sent = event('order.sent', { version: 1, key, payload })

/** At each of these the subscriber (`follow WORD`) or the job (`send WORD`) fails once. */
export const failing = new Set<string>()
const mayFail = (what: string): void => {
  if (failing.delete(what)) throw new RangeError(`${what} fails.`)
}
const inSpan = (name: string): void => trace.getTracer('test').startSpan(name).end()

const remind = job('orders.remind', { input: payload, run: () => inSpan('reminding') })

const markSent = command('orders.markSent', {
  input: payload,
  allow: anyone,
  run: ({ input, tx }) => tx.emit(Sent, input),
})
export const send = job('orders.send', {
  input: payload,
  retry: { attemptsMax: 2, delayMs: 1 },
  async run({ input, execute, log }) {
    inSpan('sending')
    log.info('It is being sent.')
    mayFail(`send ${input.word}`)
    await execute(markSent, input)
  },
})
export const place = command('orders.place', {
  http: { post: '/orders' },
  input: payload,
  allow: anyone,
  run({ input, tx, id }) {
    tx.insert(orders, { id: id(), ...input })
    tx.emit(Placed, input)
    tx.enqueue(send, input)
  },
})
const confirm = route('orders.confirm', {
  http: { post: '/confirmations/:word' },
  input: payload,
  allow: anyone,
  run: ({ input, execute }) => execute(markSent, input),
})
const follow = subscriber('following', {
  on: [Placed],
  from: 'start',
  run({ event: { payload: given }, tx, log }) {
    inSpan('at work')
    log.info('It is being followed.')
    mayFail(`follow ${given.word}`)
    tx.emit(Followed, given)
    tx.enqueue(remind, given)
  },
})
const archive = subscriber('archive', { on: [Followed, Sent], from: 'start', run: () => undefined })

const tracedApp = app({
  name: 'traced',
  modules: [
    module('orders', {
      orders,
      Placed,
      Followed,
      Sent,
      remind,
      markSent,
      send,
      place,
      confirm,
      follow,
      archive,
    }),
  ],
})

/** `logged`: takes the lines of the log. */
export const startTracedApp = (url: string, roles: readonly Role[], logged: string[] = []): Promise<Server> =>
  createServer(tracedApp, {
    databaseUrl: url,
    config: readConfig({ PORT: '0', NODE_ENV: 'test' }),
    log: createLog({ level: 'info', destination: { write: (line) => void logged.push(line) } }),
    // There a handler that fails once would be told that it does not do the same twice.
    development: false,
    roles,
  })
