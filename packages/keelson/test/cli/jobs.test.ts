import assert from 'node:assert/strict'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseJobsCommand } from '../../src/cli/jobs-arguments.js'
import { migrate } from '../../src/migrations/migrate.js'
import { OWN_MIGRATIONS } from '../../src/migrations/own.js'
import { Connections } from '../../src/postgres/connections.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { KeelsonProcesses } from '../support/keelson-process.js'

const DEAD = '019a8a1e-5b7e-7cc3-98f5-0123456789ab'
const WAITS = '019a8a1e-5b7e-7cc3-98f5-0123456789ac'

let database: TestDatabase
let processes: KeelsonProcesses
before(async () => {
  database = await createTestDatabase('')
  processes = new KeelsonProcesses(await mkdtemp(join(tmpdir(), 'keelson-jobs-cli-')), {
    DATABASE_URL: database.url,
  })
})
after(async () => {
  processes.killAll()
  await database.drop()
})

async function keelson(...words: string[]): Promise<{ code: number | null; stdout: string; said: string }> {
  return processes.run(['jobs', ...words]).ended
}

test('a database without the tables is told so', async () => {
  const { code, said } = await keelson('list')
  assert.equal(code, 1)
  assert.match(said, /start the app on it once/)
})

test('jobs are listed, shown, retried, discarded and cancelled', async () => {
  const connections = new Connections({ url: database.url, max: 1 })
  await migrate(connections, OWN_MIGRATIONS)
  await connections.close()
  assert.equal((await keelson('list')).stdout, 'There are no such jobs.\n')
  await database.client.query(
    `insert into keelson.jobs_ended (id, name, queue, priority, state, input, attempt, fence, error, enqueued_at)
     values ('${DEAD}', 'receipts.send', 'receipts.send', 0, 'dead', '{"a":"\u009b"}', 8, 8, e'Error: \\x1b[2J gone\\n  at x', now());
     insert into keelson.jobs (id, name, queue, input, run_at) values ('${WAITS}', 'later', 'later', '{}', now() + interval '1 h')`,
  )
  const listed = (await keelson('list')).stdout.split('\n')
  assert.match(listed[0]!, /^ID +NAME +STATE +ATTEMPT +AT +ERROR$/)
  assert.match(listed[1]!, new RegExp(`^${WAITS}  later +waiting +0 +\\d{4}-`))
  assert.match(listed[2]!, new RegExp(`^${DEAD}  receipts.send  dead +8 .*Error: \ufffd\\[2J gone$`))
  const json = JSON.parse((await keelson('list', '--state', 'dead', '--json')).stdout) as { id: string }[]
  assert.deepEqual(
    json.map(({ id }) => id),
    [DEAD],
  )
  const shown = (await keelson('show', DEAD)).stdout
  assert.match(shown, /input +\{"a":"\ufffd"\}/)
  assert.ok(!shown.includes('\u001b') && !shown.includes('\u009b'))

  assert.equal((await keelson('retry', DEAD)).stdout, '1 job to run again.\n')
  assert.match((await keelson('show', DEAD)).stdout, /state +ready/)
  const refused = await keelson('discard', DEAD)
  assert.equal(refused.code, 1)
  assert.match(refused.said, new RegExp(`0 jobs.*${DEAD}`))
  assert.match((await keelson('cancel', '--all', '--name', 'later')).stdout, /^1 job cancelled/)
  assert.match((await keelson('show', WAITS)).stdout, /state +cancelled/)
})

test('what cannot be meant is refused with what can', () => {
  const refused = (line: string, message: RegExp): void => {
    assert.throws(() => parseJobsCommand(line.split(' ')), { message })
  }
  refused('show', /Which job/)
  refused('show me', /no id/)
  refused('retry', /Which jobs/)
  refused(`retry ${DEAD} --all`, /ids, or all/)
  refused('cancel --all', /kind/)
  refused('list --state asleep', /waiting,ready,running,done,dead,cancelled/)
  refused('list --limit 0', /1 to 10000/)
  refused('list --all', /not for/)
  refused('explode', /no command/)
  refused('list --hepl', /--hepl/)
  assert.deepEqual(parseJobsCommand([]), { action: 'help' })
  assert.deepEqual(parseJobsCommand(['discard', '--all']), {
    action: 'discard',
    json: false,
    choice: { name: undefined },
  })
})
