import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { systemScheduler } from '../../src/internal/clock.js'
import { migrate } from '../../src/migrations/migrate.js'
import { OWN_MIGRATIONS } from '../../src/migrations/own.js'
import { Connections } from '../../src/postgres/connections.js'
import { Lease, Leases } from '../../src/work/lease.js'
import { Led } from '../../src/work/led.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { until } from '../support/until.js'

let database: TestDatabase
let connections: Connections

before(async () => {
  database = await createTestDatabase('')
  connections = new Connections({ url: database.url })
  await migrate(connections, OWN_MIGRATIONS)
})
after(async () => {
  await connections.close()
  await database.drop()
})

/** A process of its own, as far as leases go. */
const leases = (leaseMs = 5000): Leases => new Leases({ connections, scheduler: systemScheduler, leaseMs })

/** A process that has stopped: it renews nothing. */
const deadLeases = (leaseMs: number): Leases =>
  new Leases({ connections, leaseMs, scheduler: { soon: setImmediate, after: () => () => undefined } })

function taken(given: Lease | number): Lease {
  assert.ok(given instanceof Lease)
  return given
}

test('one holds it at a time; given back, the next need not wait, and its fence is higher', async () => {
  const first = taken(await leases().tryTake('a'))
  const waitMs = await leases().tryTake('a')
  assert.ok(typeof waitMs === 'number' && waitMs > 0 && waitMs <= 5000)
  await first.release()
  const second = taken(await leases().tryTake('a'))
  assert.ok(BigInt(second.fence) > BigInt(first.fence))
  await second.release()
})

test('many that ask at once: one gets it', async () => {
  const asked = await Promise.all(Array.from({ length: 20 }, () => leases().tryTake('b')))
  const held = asked.filter((each) => each instanceof Lease)
  assert.equal(held.length, 1)
  await held[0]!.release()
})

test('a holder that stops renewing is followed; it then holds nothing, and cannot give it back', async () => {
  const dead = taken(await deadLeases(200).tryTake('c'))
  const next = await until('the lease runs out', async () => {
    const asked = await leases().tryTake('c')
    return typeof asked !== 'number' && asked
  })
  assert.equal(dead.isHeld, false)
  await dead.release()
  const { rows } = await database.client.query("select fence::text from keelson.leases where name = 'c'")
  assert.deepEqual(rows, [{ fence: next.fence }])
  await next.release()
})

test('renewed, it outlives its time; overtaken, it is told so', async () => {
  const lease = taken(await leases(150).tryTake('d'))
  const { rows } = await database.client.query<{ until: string }>(
    "select expires_at::text as until from keelson.leases where name = 'd'",
  )
  await until('two renewals', async () => {
    const now = await database.client.query(
      "select from keelson.leases where name = 'd' and expires_at > $1::timestamptz + interval '150 ms'",
      [rows[0]!.until],
    )
    return now.rowCount === 1
  })
  assert.equal(lease.isHeld, true)
  // As if the process had been stopped for long, and another had come.
  await database.client.query("update keelson.leases set fence = nextval('keelson.fences') where name = 'd'")
  await until('it is told', () => lease.lost.aborted)
})

test('work is led by one process, and by another when that one ends', async () => {
  const led: string[] = []
  const make = (who: string): Led =>
    new Led(
      {
        name: 'e',
        wakeOn: [],
        lead: async () => {
          led.push(who)
          return Promise.resolve(1)
        },
      },
      leases(),
    )
  const [one, two] = [make('one'), make('two')]
  const { signal } = new AbortController()
  await one.runOnce(signal)
  assert.ok((await two.runOnce(signal)) > 0)
  await one.close()
  await until('the other leads', async () => {
    await two.runOnce(signal)
    return led.length === 2
  })
  assert.deepEqual(led, ['one', 'two'])
  await two.close()
})
