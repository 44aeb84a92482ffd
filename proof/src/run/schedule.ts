/**
 * The schedule: which faults come when, from the seed and the list of faults alone, so that a seed replays it. A cycle
 * brings every fault once, in an order of its own, some with a second one beside it; cycles follow each other without end.
 */
import type { Fault } from '../faults/fault.js'
import type { Random } from '../workloads/workload.js'
import { between, randomOf, shuffled } from './random.js'

export type Schedulable = Pick<Fault, 'name' | 'part' | 'mayDeadlock'>

export interface PlannedRound {
  /** From 0, in the order of the run. */
  readonly index: number
  /** Rounds of one epoch share a world and its database; an epoch never outlives its world. */
  readonly epoch: number
  /** Load before the first fault. */
  readonly warmMs: number
  readonly faults: readonly PlannedFault[]
  /** Load after the last fault was mended. */
  readonly afterMs: number
}

export interface PlannedFault {
  readonly name: string
  /** After `warmMs`. */
  readonly delayMs: number
}

/** `brisk` is for short runs: little load around a fault, and never two at a time, so that each is to blame alone. */
export type Pace = 'full' | 'brisk'

interface Timing {
  /** From and to. */
  readonly warmMs: readonly [number, number]
  readonly afterMs: readonly [number, number]
  /** The fraction of rounds with two faults. */
  readonly combined: number
  readonly roundsPerEpoch: number
}

const PACES: Readonly<Record<Pace, Timing>> = {
  full: { warmMs: [2000, 5000], afterMs: [2000, 4000], combined: 0.4, roundsPerEpoch: 4 },
  brisk: { warmMs: [600, 1000], afterMs: [800, 1200], combined: 0, roundsPerEpoch: 15 },
}

/** Without faults a round is load alone, for this long. */
const CALM_MS = { full: 10_000, brisk: 3000 } as const

/** How far apart two faults of a round may begin. */
const DELAY_MS_MAX = 1500

export function* schedule(
  seed: number,
  faults: readonly Schedulable[],
  pace: Pace,
): Generator<PlannedRound, never> {
  const random = randomOf(seed, 'schedule')
  const { warmMs, afterMs, combined, roundsPerEpoch }: Timing = PACES[pace]
  let epoch = 0
  let inEpoch = 0
  let pending: Schedulable[][] = []
  for (let index = 0; ; index++) {
    if (pending.length === 0) pending = cycle(faults, random, combined)
    const together = pending.shift()!
    const calmMs = together.length === 0 ? CALM_MS[pace] : 0
    yield {
      index,
      epoch,
      warmMs: calmMs + between(random, ...warmMs),
      faults: together.map(({ name }, place) => ({
        name,
        delayMs: place === 0 ? 0 : between(random, 0, DELAY_MS_MAX),
      })),
      afterMs: between(random, ...afterMs),
    }
    // Late counts of deadlocks that a fault made must not be held against the next.
    if (++inEpoch === roundsPerEpoch || together.some((fault) => fault.mayDeadlock)) {
      epoch++
      inEpoch = 0
    }
  }
}

/** The rounds that bring each fault once. */
export function oneCycle(seed: number, faults: readonly Schedulable[], pace: Pace): PlannedRound[] {
  const rounds: PlannedRound[] = []
  const missing = new Set(faults.map((fault) => fault.name))
  for (const round of schedule(seed, faults, pace)) {
    rounds.push(round)
    for (const fault of round.faults) missing.delete(fault.name)
    if (missing.size === 0) return rounds
  }
  return rounds
}

function cycle(faults: readonly Schedulable[], random: Random, combined: number): Schedulable[][] {
  if (faults.length === 0) return [[]]
  return shuffled(faults, random).map((fault) => {
    const isCombined = random() < combined
    const partners = faults.filter((other) => canMeet(fault, other))
    if (!isCombined || partners.length === 0) return [fault]
    return [fault, partners[between(random, 0, partners.length - 1)]!]
  })
}

/** Two faults on one part would mend each other's work. */
const canMeet = (one: Schedulable, other: Schedulable): boolean =>
  one.part !== undefined && other.part !== undefined && one.part !== other.part
