import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { IssuedKey } from '../../src/auth/key-store.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { KeelsonProcesses, type Running } from '../support/keelson-process.js'

const APP = fileURLToPath(new URL('../support/dev-app.js', import.meta.url))

let database: TestDatabase
let empty: TestDatabase
let processes: KeelsonProcesses
let first: Running & { readonly url: string }
let second: Running & { readonly url: string }

before(async () => {
  database = await createTestDatabase('')
  empty = await createTestDatabase('')
  processes = new KeelsonProcesses(await mkdtemp(join(tmpdir(), 'keelson-keys-')), {
    DATABASE_URL: database.url,
    LOG_LEVEL: 'info',
    KEELSON_TRUSTED_PROXIES: '127.0.0.1',
  })
  first = await processes.start(APP)
  second = await processes.start(APP)
})
after(async () => {
  processes.killAll()
  await database.drop()
  await empty.drop()
})

async function keys(...words: readonly string[]): Promise<string> {
  const { code, said, stdout } = await processes.run(['keys', ...words]).ended
  assert.equal(code, 0, said)
  return stdout
}
const create = async (...words: readonly string[]): Promise<IssuedKey> =>
  JSON.parse(await keys('create', '--json', ...words)) as IssuedKey

const me = (server: { readonly url: string }, key: string, forwardedFor?: string): Promise<Response> =>
  fetch(`${server.url}/me`, {
    headers: {
      authorization: `Bearer ${key}`,
      ...(forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor }),
    },
  })

test('a key that was made works, with its owner, scopes and addresses', async () => {
  const { key } = await create('--owner', 'ci', '--scope', 'a,b', '--scope', 'c', '--address', '10.0.0.0/8')
  const answered = await me(first, key, '10.1.2.3')
  assert.deepEqual(await answered.json(), { id: 'ci', scopes: ['a', 'b', 'c'], ip: '10.1.2.3' })
  const elsewhere = await me(second, key, '11.1.2.3')
  assert.equal(elsewhere.status, 403)
  assert.match(((await elsewhere.json()) as { detail: string }).detail, /address/)
  assert.equal((await me(first, key)).status, 403)
})

/** Asks both processes until both refuse the key; resolves with the refusals. */
async function untilRefused(key: string): Promise<Response[]> {
  const endedAtMs = performance.now()
  for (;;) {
    const askedAtMs = performance.now()
    const answers = await Promise.all([me(first, key), me(second, key)])
    if (answers.every(({ status }) => status === 401)) return answers
    assert.ok(askedAtMs - endedAtMs < 5000, 'what is asked five seconds later is refused')
    await pause(100)
  }
}

test('a revoked key is refused by every process within five seconds, though it is in use', async () => {
  const { key, prefix } = await create('--owner', 'x')
  assert.deepEqual([(await me(first, key)).status, (await me(second, key)).status], [200, 200])
  assert.match(await keys('revoke', prefix), /is revoked/)
  for (const answer of await untilRefused(key)) {
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="api", error="invalid_token"')
    assert.match(((await answer.json()) as { detail: string }).detail, /revoked/)
  }
})

test('a rotated key and its successor both work, until the overlap is over', async () => {
  const { key, id } = await create('--owner', 'x', '--scope', 's')
  const next = JSON.parse(await keys('rotate', id, '--overlap', '1h', '--json')) as IssuedKey
  for (const each of [key, next.key])
    assert.deepEqual(await (await me(second, each)).json(), { id: 'x', scopes: ['s'], ip: '127.0.0.1' })
  const last = JSON.parse(await keys('rotate', next.prefix, '--overlap', '0', '--json')) as IssuedKey
  await untilRefused(next.key)
  assert.equal((await me(first, last.key)).status, 200)
})

test('people read what was made and what there is', async () => {
  const said = await keys('create', '--owner', 'reader', '--name', 'for people', '--expires', '90d')
  const key = /^(kls_\w+)\n/.exec(said)![1]!
  assert.match(said, /only time/)
  await me(first, key)
  const listed = await keys('list', '--owner', 'reader')
  assert.match(listed, /^PREFIX +NAME +OWNER/)
  assert.ok(listed.includes(key.slice(0, 12)) && listed.includes('for people'))
  assert.ok(!listed.includes(key))
  assert.match(await keys('list', '--owner', 'nobody'), /no keys/)
  assert.equal((JSON.parse(await keys('list', '--json', '--all')) as unknown[]).length > 3, true)
})

test('the last use is written down when a process stops', async () => {
  const third = await processes.start(APP)
  const { key, id } = await create('--owner', 'last')
  assert.equal((await me(third, key)).status, 200)
  third.child.kill('SIGTERM')
  assert.equal((await third.ended).code, 0)
  const [listed] = JSON.parse(await keys('list', '--owner', 'last', '--json')) as IssuedKey[]
  assert.equal(listed!.id, id)
  assert.notEqual(listed!.lastUsedAt, null)
})

test('what is wrong is a sentence and an exit code, not a stack', async () => {
  const wrong: readonly [string[], Record<string, string>, number, RegExp][] = [
    [['nonsense'], {}, 2, /create, list, revoke or rotate/],
    [['create'], {}, 2, /--owner/],
    [['create', '--owner', 'a', '--address', '10.0.0.0/99'], {}, 2, /10\.0\.0\.0\/99/],
    [['create', '--owner', 'a', '--expires', 'soon'], {}, 2, /--expires/],
    [['create', '--owner', 'a', '--expires', '2020-01-01'], {}, 2, /--expires/],
    [['list', 'x'], {}, 2, /one argument too many/],
    [['list', '--scope', 'x'], {}, 2, /no --scope/],
    [['revoke'], {}, 2, /Which key/],
    [['revoke', 'kls_unknown'], {}, 1, /no key of this id or prefix/],
    [['rotate', 'kls_unknown', '--overlap', '1x'], {}, 2, /--overlap/],
    [['list'], { DATABASE_URL: '' }, 1, /DATABASE_URL/],
    [['list'], { DATABASE_URL: empty.url }, 1, /start the app on it once/],
  ]
  for (const [words, environment, code, message] of wrong) {
    const ended = await processes.run(['keys', ...words], environment).ended
    assert.equal(ended.code, code, ended.said)
    assert.match(ended.said, message)
    assert.ok(!/\n\s+at /.test(ended.said), ended.said)
  }
  assert.match(await keys('--help'), /keelson keys create/)
  assert.match(await keys('create', '--help'), /--overlap/)
})
