/**
 * The engine against a serial model: thousands of random histories in memory, with faults, under seeds.
 * KEELSON_SEED=n repeats one seed and prints it; KEELSON_SEEDS=n runs so many.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulate, type Report } from '../support/model/simulation.js'

const one = process.env.KEELSON_SEED
const count = Number(process.env.KEELSON_SEEDS ?? 1500)

function describe({ seed, failure, issues, trace, steps }: Report): string[] {
  return [
    `KEELSON_SEED=${seed}, ${steps} steps: ${failure ?? 'as it should be'}`,
    ...issues.map(String),
    ...trace,
  ]
}

test('concurrent commands give what some serial execution gives', async (context) => {
  const seeds = one === undefined ? Array.from({ length: count }, (_, at) => at + 1) : [Number(one)]
  let [bursts, disturbed] = [0, 0]
  for (const seed of seeds) {
    const report = await simulate(seed)
    bursts += report.count('bursts')
    disturbed += report.count('disturbed')
    if (report.failure !== undefined || one !== undefined)
      for (const line of describe(await simulate(seed, true))) context.diagnostic(line)
    assert.equal(report.failure, undefined, `Seed ${seed} fails: KEELSON_SEED=${seed} repeats it.`)
  }
  if (one !== undefined) return
  context.diagnostic(`${bursts} groups in one burst, ${disturbed} disturbed`)
  assert.ok(bursts > seeds.length / 3 && disturbed > seeds.length / 20, 'both ends of the short way were met')
})
