/** The preload shifts every way to ask for the time of day, at its moment, and nothing else. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

const PRELOAD = new URL('../../src/service/clock-jump.js', import.meta.url).href
const HOUR_MS = 3_600_000

function run(jumps: string, script: string): { readonly said: unknown; readonly error: string } {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    env: { PATH: process.env['PATH'], NODE_OPTIONS: `--import=${PRELOAD}`, PROOF_CLOCK_JUMPS: jumps },
    encoding: 'utf8',
  })
  return { said: stdout === '' ? undefined : JSON.parse(stdout), error: stderr }
}

test('shifts the time of day, however it is asked for', () => {
  const script = `console.log(JSON.stringify([Date.now(), +new Date(), Date.parse(Date()), new Date().getTime()]))`
  const { said } = run(`0:+${2 * HOUR_MS}`, script)
  for (const timeMs of said as number[])
    assert.ok(Math.abs(timeMs - Date.now() - 2 * HOUR_MS) < 60_000, String(timeMs))
})

test('jumps while it lives; what is not the time of day goes on', () => {
  const script = `
    const began = [Date.now(), performance.now()]
    setTimeout(() => console.log(JSON.stringify([Date.now() - began[0], performance.now() - began[1]])), 600)`
  const { said } = run(`0:+0,300:-${HOUR_MS}`, script)
  const [shiftMs, passedMs] = said as [number, number]
  assert.ok(Math.abs(shiftMs + HOUR_MS) < 60_000)
  assert.ok(passedMs >= 590 && passedMs < 60_000)
})

test('a date is still a date', () => {
  const script = `
    class Later extends Date { late() { return this.getTime() } }
    console.log(JSON.stringify([
      new Date(0).toISOString(), new Date(2020, 1) instanceof Date, Date.UTC(1970, 0), new Later(5).late(),
      Object.prototype.toString.call(new Date()), new Date().constructor === Date]))`
  const { said } = run(`0:+${HOUR_MS}`, script)
  const [epoch, isDate, utc, late, tag] = said as unknown[]
  assert.deepEqual([epoch, isDate, utc, late, tag], ['1970-01-01T00:00:00.000Z', true, 0, 5, '[object Date]'])
})

test('refuses what it does not understand', () => {
  assert.match(run('soon', '').error, /PROOF_CLOCK_JUMPS: `soon` is not/)
})
