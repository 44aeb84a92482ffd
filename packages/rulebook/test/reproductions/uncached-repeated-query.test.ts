/** Settings that change once a week, read for every request; or kept, and dropped the moment they change. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import Fastify from 'fastify'
import type pg from 'pg'
import { createDatabase, recordStatements } from '../support/database.js'
import { until } from '../support/interleaving.js'

const SCHEMA = `
  create table settings (name text primary key, value int not null);
  insert into settings values ('free_shipping_from', 5000);
  create function tell_settings() returns trigger language plpgsql as
    $$ begin perform pg_notify('settings', ''); return null; end $$;
  create trigger tell after insert or update or delete on settings
    for each statement execute function tell_settings();`

async function readSettings(pool: pg.Pool): Promise<Record<string, number>> {
  const { rows } = await pool.query<{ name: string; value: number }>('select name, value from settings')
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]))
}

function naive(pool: pg.Pool) {
  const app = Fastify()
  app.get('/shipping', async () => {
    const settings = await readSettings(pool)
    return { freeFrom: settings.free_shipping_from }
  })
  return app
}

const AGE_MAX_MS = 30_000

function mended(pool: pg.Pool, listener: pg.Client, now = Date.now) {
  let kept: { settings: ReturnType<typeof readSettings>; until: number } | undefined
  // A trigger on the table notifies; the age is the net under lost notifications.
  listener.on('notification', () => (kept = undefined))
  const currentSettings = () => {
    if (kept === undefined || now() >= kept.until) {
      // The promise is kept, not the value: those who come while it is under way share one query.
      const entry = { settings: readSettings(pool), until: now() + AGE_MAX_MS }
      entry.settings.catch(() => kept === entry && (kept = undefined))
      kept = entry
    }
    return kept.settings
  }
  const app = Fastify()
  app.get('/shipping', async () => {
    const settings = await currentSettings()
    return { freeFrom: settings.free_shipping_from }
  })
  return app
}

test('a hundred requests ask a hundred times for what has not changed', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const pool = database.pool()
  const statements = recordStatements(pool)
  const app = naive(pool)
  await Promise.all(Array.from({ length: 100 }, async () => app.inject('/shipping')))
  assert.equal(statements.length, 100)
})

test('a hundred requests share one query, and see a change that another process makes', async (t) => {
  const database = await createDatabase(t, SCHEMA)
  const pool = database.pool()
  const statements = recordStatements(pool)
  const listener = await database.session()
  await listener.query('listen settings')
  let timeMs = 0
  const app = mended(pool, listener, () => timeMs)
  const freeFrom = async () => (await app.inject('/shipping')).json<{ freeFrom: number }>().freeFrom

  await Promise.all(Array.from({ length: 100 }, freeFrom))
  assert.equal(statements.length, 1)

  await database.observer.query('update settings set value = 3000')
  await until(async () => (await freeFrom()) === 3000)
  assert.equal(statements.length, 2)

  timeMs += AGE_MAX_MS
  await freeFrom()
  assert.equal(statements.length, 3)
})
