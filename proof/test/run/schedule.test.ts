/** The schedule comes from the seed alone, and leaves no fault out. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneCycle, schedule, type Pace, type PlannedRound, type Schedulable } from '../../src/run/schedule.js'

const FAULTS: readonly Schedulable[] = [
  ...['sigkill', 'sigstop', 'kill-at-committed'].map((name) => ({ name, part: 'apps' as const })),
  ...['restart', 'terminate-backend'].map((name) => ({ name, part: 'postgres' as const })),
  ...['reset', 'cut-after-commit'].map((name) => ({ name, part: 'proxy' as const })),
  { name: 'disk-full' },
  { name: 'injected-40P01', part: 'sessions', mayDeadlock: true },
]

function first(count: number, seed: number, pace: Pace = 'full', faults = FAULTS): PlannedRound[] {
  const rounds: PlannedRound[] = []
  for (const round of schedule(seed, faults, pace)) {
    if (rounds.length === count) break
    rounds.push(round)
  }
  return rounds
}

const namesOf = (rounds: readonly PlannedRound[]): string[] =>
  rounds.flatMap((round) => round.faults.map((fault) => fault.name))

test('One seed gives one schedule, another seed another', () => {
  assert.deepEqual(first(200, 7), first(200, 7))
  assert.notDeepEqual(first(200, 7), first(200, 8))
})

test('A cycle brings every fault', () => {
  for (let seed = 0; seed < 50; seed++) {
    const rounds = first(FAULTS.length, seed)
    assert.deepEqual(
      new Set(rounds.map((round) => round.faults[0]!.name)),
      new Set(FAULTS.map(({ name }) => name)),
    )
  }
})

test('Every fault once: each alone in its round', () => {
  for (let seed = 0; seed < 50; seed++) {
    const rounds = oneCycle(seed, FAULTS, 'brisk')
    assert.deepEqual(namesOf(rounds).toSorted(), FAULTS.map(({ name }) => name).toSorted())
    assert.ok(rounds.every((round) => round.faults.length === 1))
  }
})

test('Two faults come together now and then, never two on one part', () => {
  const partOf = new Map(FAULTS.map(({ name, part }) => [name, part]))
  const combined = first(300, 3).filter((round) => round.faults.length === 2)
  assert.ok(combined.length > 50 && combined.length < 150, `${combined.length} of 300`)
  for (const { faults } of combined) {
    const [one, other] = faults.map((fault) => partOf.get(fault.name))
    assert.ok(one !== undefined && other !== undefined && one !== other)
  }
})

test('A fault that may deadlock is the last of its epoch', () => {
  const rounds = first(300, 4)
  for (const [index, round] of rounds.entries()) {
    const next = rounds[index + 1]
    if (next !== undefined && namesOf([round]).includes('injected-40P01'))
      assert.equal(next.epoch, round.epoch + 1)
  }
  assert.ok(rounds.filter((round) => round.epoch === 0).length <= 4)
})

test('Without faults there are rounds of load alone', () => {
  const rounds = first(3, 1, 'full', [])
  assert.ok(rounds.every((round) => round.faults.length === 0 && round.warmMs >= 10_000))
  assert.deepEqual(oneCycle(1, [], 'full').length, 1)
})
