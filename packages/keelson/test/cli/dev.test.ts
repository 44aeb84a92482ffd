import assert from 'node:assert/strict'
import { mkdtemp, readFile, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { KeelsonProcesses, type Running } from '../support/keelson-process.js'

const APP = fileURLToPath(new URL('../support/dev-app.js', import.meta.url))
const SEED = fileURLToPath(new URL('../support/dev-seed.js', import.meta.url))

let database: TestDatabase
let folder: string
let processes: KeelsonProcesses

before(async () => {
  database = await createTestDatabase('')
  folder = await mkdtemp(join(tmpdir(), 'keelson-dev-'))
  processes = new KeelsonProcesses(folder, { DATABASE_URL: database.url })
})
after(async () => {
  processes.killAll()
  await database.drop()
})

const keelson = (words: readonly string[], environment: Record<string, string> = {}): Running =>
  processes.run(words, environment)

const keyIn = (said: string): string => /kls_\w+/.exec(said)![0]

test('dev serves, shows how to call it, seeds, and stops on a signal', async () => {
  const run = keelson(['dev', APP, '--seed', SEED, '--port', '0'])
  const said = await run.says('seeded true 200')
  const curl = /curl -i (\S+)/.exec(said)![1]!
  assert.deepEqual(await (await fetch(curl)).json(), { pong: true })
  const file = join(folder, '.keelson', 'development-key')
  assert.equal((await readFile(file, 'utf8')).trim(), keyIn(said))
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  // One Ctrl-C may arrive twice: from the terminal, and passed on by npm.
  run.child.kill('SIGINT')
  run.child.kill('SIGINT')
  assert.equal((await run.ended).code, 0)
})

test('the development key stays the same over starts', async () => {
  const first = keelson(['dev', APP, '--port', '0'])
  const key = keyIn(await first.says('Try it'))
  first.child.kill('SIGTERM')
  await first.ended
  const second = keelson(['dev', APP, '--port', '0'])
  assert.equal(keyIn(await second.says('Try it')), key)
  second.child.kill('SIGTERM')
  assert.equal((await second.ended).code, 0)
})

test('start listens in production, logs JSON, and stops on SIGTERM', async () => {
  const run = keelson(['start', APP, '--port', '0'])
  const said = await run.says('Listening.')
  const { url } = JSON.parse(said.split('\n').find((line) => line.includes('Listening.'))!) as { url: string }
  assert.equal((await fetch(`${url}/readyz`)).status, 200)
  run.child.kill('SIGTERM')
  const { code, said: all } = await run.ended
  assert.equal(code, 0)
  assert.match(all, /"msg":"Stopped\."/)
})

test('a taken port is named, with the way out', async () => {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve))
  const { port } = holder.address() as { port: number }
  const direct = await keelson(['dev', APP], { PORT: String(port), npm_lifecycle_event: '' }).ended
  assert.equal(direct.code, 1)
  assert.ok(direct.said.includes(`Port ${port} on 127.0.0.1 is taken`), direct.said)
  const throughNpm = await keelson(['dev', APP], { PORT: String(port), npm_lifecycle_event: 'start' }).ended
  assert.ok(throughNpm.said.includes(`PORT=${port + 1} npm start`), throughNpm.said)
  holder.close()
})

test('what is wrong at the start is a sentence and an exit code, not a stack', async () => {
  const wrong: readonly [string[], Record<string, string>, number, RegExp][] = [
    [['nonsense'], {}, 2, /no command `nonsense`/],
    [['dev', 'missing.js'], {}, 1, /There is no file .*missing\.js/],
    [['dev', SEED], {}, 1, /does not export an app/],
    [['dev', 'app.ts'], {}, 1, /is TypeScript/],
    [['start', APP], { PORT: 'x', LOG_LEVEL: 'loud' }, 1, /PORT[^]*LOG_LEVEL/],
    [['start', APP], { DATABASE_URL: '' }, 1, /DATABASE_URL is missing/],
    [['start', APP], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x', PORT: '0' }, 1, /database/i],
  ]
  for (const [words, environment, code, message] of wrong) {
    const ended = await keelson(words, environment).ended
    assert.equal(ended.code, code, ended.said)
    assert.match(ended.said, message)
    assert.ok(!/\n\s+at /.test(ended.said), ended.said)
  }
})

test('help and version', async () => {
  assert.match((await keelson(['--help']).ended).said, /keelson dev <app\.js>/)
  assert.match((await keelson(['--version']).ended).said, /^\d+\.\d+\.\d+\n$/)
})
