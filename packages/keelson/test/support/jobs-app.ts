/** An application with jobs for tests: each leaves a row in `effects` through a command, and does as its input says. */
import { integer, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import * as z from 'zod'
import { app } from '../../src/app.js'
import { readConfig } from '../../src/config/config.js'
import type { Server } from '../../src/composition/server.js'
import { createServer } from '../../src/create-server.js'
import { anyone } from '../../src/operation/access.js'
import { command } from '../../src/operation/command.js'
import { conflict } from '../../src/operation/declared-errors.js'
import { job, type JobContext } from '../../src/operation/job.js'
import { module } from '../../src/operation/module.js'
import { createLog } from '../../src/telemetry/log.js'
import type { Role } from '../../src/work/background.js'

export const JOBS_SCRIPT = `
create table orders (id uuid primary key, word text not null);
create table effects (id uuid primary key, word text not null, attempt integer not null);`

const orders = pgTable('orders', { id: uuid().primaryKey(), word: text().notNull() })
const effects = pgTable('effects', {
  id: uuid().primaryKey(),
  word: text().notNull(),
  attempt: integer().notNull(),
})

/** What tests put in the place of the handler, by the word of the input. */
export const handlers = new Map<string, (context: JobContext<{ word: string }>) => Promise<void> | void>()

export const leaveEffect = command('effects.leave', {
  input: z.object({ word: z.string(), attempt: z.int() }),
  allow: anyone,
  run: ({ input, tx, id }) => void tx.insert(effects, { id: id(), ...input }),
})

export const work = job('work', {
  input: z.object({ word: z.string() }),
  retry: { attemptsMax: 3, delayMs: 1 },
  timeoutMs: 60_000,
  async run(context) {
    const { input, attempt, execute } = context
    await handlers.get(input.word)?.(context)
    // One effect, whichever attempt has it: the word alone is what it is about.
    await execute(leaveEffect, { word: input.word, attempt: 0 })
    await handlers.get(`${input.word} afterwards`)?.({ ...context, attempt })
  },
})

/** As `work`, with more attempts than any test has lives. */
const patient = job('patient', {
  input: z.object({ word: z.string() }),
  retry: { attemptsMax: 20, delayMs: 1 },
  timeoutMs: 60_000,
  async run(context) {
    await handlers.get(context.input.word)?.(context)
    await context.execute(leaveEffect, { word: context.input.word, attempt: 0 })
  },
})

/** Of another kind, so that neither may take all places. */
export const hasty = job('hasty', {
  input: z.object({ word: z.string() }),
  retry: { attemptsMax: 2, delayMs: 1 },
  timeoutMs: 50,
  run: (context) => handlers.get(context.input.word)?.(context),
})

export const place = command('orders.place', {
  http: { post: '/orders' },
  input: z.object({
    words: z.array(z.string()),
    delayMs: z.number().optional(),
    refuse: z.boolean().optional(),
  }),
  output: z.object({ jobs: z.array(z.string()) }),
  allow: anyone,
  errors: { refused: conflict('Refused.') },
  run({ input: { words, delayMs, refuse }, tx, fail, id }) {
    const jobs = words.map((word) => {
      tx.insert(orders, { id: id(), word })
      return tx.enqueue(
        word === 'patient' ? patient : work,
        { word },
        delayMs === undefined ? {} : { delayMs },
      )
    })
    if (refuse === true) fail.refused()
    return { jobs }
  },
})

export interface JobsApp {
  readonly server: Server
  readonly logged: string[]
}

export const jobsApp = app({
  name: 'jobs',
  modules: [module('all', { orders, effects, leaveEffect, work, patient, hasty, place })],
})

export async function startJobsApp(
  url: string,
  { roles, environment = {} }: { roles?: readonly Role[]; environment?: Record<string, string> } = {},
): Promise<JobsApp> {
  const logged: string[] = []
  const server = await createServer(jobsApp, {
    databaseUrl: url,
    config: readConfig({ PORT: '0', NODE_ENV: 'test', ...environment }),
    log: createLog({ level: 'info', destination: { write: (line) => void logged.push(line) } }),
    ...(roles === undefined ? {} : { roles }),
  })
  return { server, logged }
}
