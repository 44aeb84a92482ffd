/** On a machine whose `localhost` has two addresses, as most have. */
import assert from 'node:assert/strict'
import dns from 'node:dns'
import { once } from 'node:events'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { after, before, mock, test } from 'node:test'
import { oneAddress } from '../../src/http/one-address.js'
import { startApp, type TestApp } from '../support/app.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

const BOTH = [
  { address: '::1', family: 6 },
  { address: '127.0.0.1', family: 4 },
]
let database: TestDatabase
let app: TestApp
before(async () => {
  database = await createTestDatabase('')
  app = await startApp(database.url, { modules: [] })
})
after(async () => {
  await app.server.close()
  await database.drop()
})

/** As the system answers, but for `localhost`. */
function localhostHasBoth(): void {
  const asked = dns.lookup.bind(dns) as (...given: unknown[]) => void
  mock.method(
    dns,
    'lookup',
    (host: string, options: { all?: boolean }, tell: (...told: unknown[]) => void) => {
      if (host !== 'localhost') asked(host, options, tell)
      else if (options.all === true) process.nextTick(tell, null, BOTH)
      else process.nextTick(tell, null, '::1', 6)
    },
  )
}

const reaches = async (host: string, port: number): Promise<boolean> => {
  const socket = connect({ host, port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
)

test(
  'a server on localhost listens on one address',
  { skip: !hasIpv6 && 'there is no ::1 here' },
  async () => {
    localhostHasBoth()
    try {
      const port = Number(new URL(await app.server.listen({ host: 'localhost', port: 0 })).port)
      assert.deepEqual([await reaches('127.0.0.1', port), await reaches('::1', port)], [true, false])
    } finally {
      mock.restoreAll()
    }
  },
)

test('other hosts are left as they are', async () => {
  assert.equal(await oneAddress('0.0.0.0'), '0.0.0.0')
  assert.equal(await oneAddress('::'), '::')
})
