/** A run that is killed leaves nothing behind, even though its Postgres was frozen. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { until } from '../until.js'

const SCRIPT = fileURLToPath(new URL('killed-run.js', import.meta.url))

const isRefused = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) })
    socket.once('error', () => resolve(true))
    socket.once('connect', () => {
      socket.destroy()
      resolve(false)
    })
  })

test('a run that is killed leaves nothing behind', async (t) => {
  const run = spawn(process.execPath, [SCRIPT], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => void run.kill('SIGKILL'))
  const [line] = (await once(createInterface({ input: run.stdout }), 'line')) as [string]
  const { folder, url, directUrl } = JSON.parse(line) as { folder: string; url: string; directUrl: string }
  const top = folder.slice(tmpdir().length + 1).split('/')[0]!
  assert.ok(readdirSync(tmpdir()).includes(top))
  run.kill('SIGKILL')
  await until('the end of the folder', () => !readdirSync(tmpdir()).includes(top))
  await until('the end of the service', () => isRefused(url))
  await until('the end of Postgres', () => isRefused(directUrl))
})
