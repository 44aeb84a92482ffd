/** Each switch is caught by the workloads it names, as an anomaly it names; workloads/sound.test.ts is the other half. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EngineParts } from 'keelson/internals/composition/server'
import { SWITCHES } from '../../src/switches/all.js'
import { LostCommits, type Cut } from '../support/lost-commits.js'
import { trial } from '../support/trial.js'

/** Slices of a second; the proof itself gives each switch a minute. */
const SLICES_MAX = 60

function underFault(cut: Cut | undefined, { store, ...rest }: EngineParts): EngineParts {
  if (cut === undefined) return { store, ...rest }
  return {
    ...rest,
    store: (own) => {
      const losing = new LostCommits(own, cut)
      return store?.(losing) ?? losing
    },
  }
}

for (const protection of SWITCHES) {
  const { name, anomalies, workloads, fault } = protection
  test(`without its protection \`${name}\` is caught`, async () => {
    const seed = Math.floor(Math.random() * 1e6)
    const cut = fault as Cut | undefined
    const { findings, loadMs } = await trial({
      parts: () => underFault(cut, protection.parts()),
      workloads,
      seed,
      slices: SLICES_MAX,
      deadlocks: anomalies.includes('deadlock'),
    })
    const found = findings.map(({ anomaly }) => anomaly)
    assert.ok(
      found.some((anomaly) => anomalies.includes(anomaly)),
      `seed ${seed}: after ${loadMs} ms of load there is only ${found.join(', ')}`,
    )
  })
}
