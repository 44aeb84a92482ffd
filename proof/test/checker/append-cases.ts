/** Cases of hand-made histories: each anomaly stands beside its clean twins. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAppends } from '../../src/checker/append-checker.js'
import type { AppendTransaction } from '../../src/checker/append-history.js'
import type { Anomaly } from '../../src/checker/finding.js'
import { finals } from './append-notation.js'

export interface Case {
  readonly name: string
  readonly history: readonly AppendTransaction[]
  readonly final: string
  /** Exactly these must be found. */
  readonly anomalies: readonly Anomaly[]
}

/** A test for each case. */
export function testCases(cases: readonly Case[]): void {
  for (const { name, history, final, anomalies } of cases) {
    test(`${anomalies.join(', ') || 'no finding'}: ${name}`, () => {
      const found = checkAppends('lists', history, finals(final)).map(({ anomaly }) => anomaly)
      assert.deepEqual([...new Set(found)].toSorted(), anomalies.toSorted())
    })
  }
}
