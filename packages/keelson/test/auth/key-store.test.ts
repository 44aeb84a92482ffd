import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { hashOf } from '../../src/auth/api-key.js'
import { KeyStore } from '../../src/auth/key-store.js'
import { migrate } from '../../src/migrations/migrate.js'
import { OWN_MIGRATIONS } from '../../src/migrations/own.js'
import { Connections } from '../../src/postgres/connections.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'

let database: TestDatabase
let connections: Connections
let keys: KeyStore
before(async () => {
  database = await createTestDatabase('')
  connections = new Connections({ url: database.url })
  await migrate(connections, OWN_MIGRATIONS)
  keys = new KeyStore(connections)
})
after(async () => {
  await connections.close()
  await database.drop()
})

const findingOf = async (key: string) => (await keys.find([hashOf(key)]))[0]
const inMs = (ms: number): Date => new Date(Date.now() + ms)
const HOUR_MS = 3_600_000

test('a key is stored as its hash, with all that it was made for', async () => {
  const grant = {
    owner: 'ci',
    scopes: ['a', 'b'],
    name: 'deploys',
    expiresAt: inMs(HOUR_MS),
    addresses: ['10.0.0.0/8'],
  }
  const { key, ...issued } = await keys.create(grant)
  assert.deepEqual(
    { ...issued, owner: 'ci' },
    { ...issued, ...grant, prefix: key.slice(0, 12), revokedAt: null, lastUsedAt: null, replacedBy: null },
  )
  const { rows } = await database.client.query('select k::text as text from keelson.api_keys k')
  assert.ok(!JSON.stringify(rows).includes(key.slice(12)))
  const finding = (await findingOf(key))!
  assert.deepEqual(finding.actor, { id: 'ci', scopes: ['a', 'b'] })
  assert.deepEqual(finding.addresses, ['10.0.0.0/8'])
  assert.ok(finding.remainingMs! > HOUR_MS - 60_000 && finding.remainingMs! <= HOUR_MS + 60_000)
  assert.deepEqual(await keys.find([hashOf(`${key}x`)]), [])
})

test('a grant that makes no sense is refused, all of it at once', async () => {
  await assert.rejects(
    keys.create({ owner: '', scopes: ['a b', 'c"'], addresses: ['10.0.0.0/99'], name: '\n' }),
    (error: Error) =>
      ['owner', 'name', '`a b`', '`c"`', '10.0.0.0/99'].every((part) => error.message.includes(part)),
  )
})

test('the list has what works, or all; of everybody or of one', async () => {
  const mine = { owner: 'lister', scopes: [] }
  const { id: works } = await keys.create(mine)
  const { id: revoked } = await keys.create(mine)
  const { id: expired } = await keys.create({ ...mine, expiresAt: inMs(HOUR_MS) })
  await keys.revoke(revoked)
  await database.client.query(
    "update keelson.api_keys set expires_at = now() - interval '1 s' where id = $1",
    [expired],
  )
  const idsOf = async (filter: Parameters<KeyStore['list']>[0]) =>
    (await keys.list(filter)).map(({ id }) => id)
  assert.deepEqual(await idsOf({ owner: 'lister' }), [works])
  assert.deepEqual(await idsOf({ owner: 'lister', ended: true }), [expired, revoked, works])
  assert.ok((await idsOf({})).length > 1)
})

test('revoking is by id or prefix, final, and may be repeated', async () => {
  const { id, prefix, key } = await keys.create({ owner: 'r', scopes: [] })
  const { revokedAt } = await keys.revoke(prefix)
  assert.deepEqual((await keys.revoke(id.toUpperCase())).revokedAt, revokedAt)
  assert.equal((await findingOf(key))!.isRevoked, true)
  const refused = await keys
    .revoke('kls_nothing')
    .catch((error: unknown) => error as Error & { code: string })
  assert.ok(refused instanceof Error)
  assert.equal(refused.code, 'not_found')
})

test('a rotated key goes on for the overlap, and its successor is like it', async () => {
  const old = await keys.create({
    owner: 'rot',
    scopes: ['x'],
    name: 'n',
    addresses: ['10.0.0.1'],
    expiresAt: inMs(100 * HOUR_MS),
  })
  const next = await keys.rotate(old.prefix, { overlapMs: HOUR_MS })
  assert.notEqual(next.key, old.key)
  assert.deepEqual(
    [next.owner, next.scopes, next.name, next.addresses],
    [old.owner, old.scopes, old.name, old.addresses],
  )
  const { rows } = await database.client.query<{ same: boolean }>(
    'select n.expires_at - n.created_at = $2 - o.created_at as same from keelson.api_keys n, keelson.api_keys o where n.id = $1 and o.id = $3',
    [next.id, old.expiresAt, old.id],
  )
  assert.deepEqual(rows, [{ same: true }])
  const finding = (await findingOf(old.key))!
  assert.ok(finding.remainingMs! > 0 && finding.remainingMs! <= HOUR_MS)
  await assert.rejects(keys.rotate(old.id), { code: 'conflict', message: new RegExp(next.prefix) })
  // One that ends sooner than the overlap is not made to live longer.
  const soon = await keys.create({ owner: 'rot', scopes: [], expiresAt: inMs(HOUR_MS) })
  await keys.rotate(soon.id)
  assert.ok((await findingOf(soon.key))!.remainingMs! <= HOUR_MS)
})

test('without an overlap the old key ends at once; one that has ended cannot be rotated', async () => {
  const old = await keys.create({ owner: 'rot', scopes: [] })
  const next = await keys.rotate(old.id, { overlapMs: 0 })
  assert.equal(next.expiresAt, null)
  assert.ok((await findingOf(old.key))!.remainingMs! <= 0)
  await keys.revoke(next.id)
  await assert.rejects(keys.rotate(next.id), { code: 'conflict', message: /has ended/ })
})

test('of two who rotate a key at once one succeeds', async () => {
  const old = await keys.create({ owner: 'twice', scopes: [] })
  const ends = await Promise.allSettled([keys.rotate(old.id), keys.rotate(old.id)])
  assert.deepEqual(ends.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  assert.equal((await keys.list({ owner: 'twice' })).length, 2)
})

test('the last use is written, and not again within a minute', async () => {
  const { id } = await keys.create({ owner: 'used', scopes: [] })
  const lastUse = async () => (await keys.list({ owner: 'used' }))[0]!.lastUsedAt
  assert.equal(await lastUse(), null)
  await keys.touch([id])
  const first = await lastUse()
  assert.ok(first instanceof Date)
  await keys.touch([id])
  assert.deepEqual(await lastUse(), first)
})
