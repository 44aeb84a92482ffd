/**
 * A counter that only grows: its end is the sum of what was acknowledged, plus some of what nobody knows; each read lies
 * between what had been acknowledged before it was sent and what had been sent before it was answered; and a later read
 * shows no less than an earlier one.
 */
import { ms } from './words.js'
import type { Finding } from './finding.js'
import { FindingList } from './finding-list.js'
import { firstIndex } from './first-index.js'

export interface Increment {
  readonly outcome: 'ok' | 'refused' | 'unknown'
  /** More than 0. */
  readonly by: number
  /** Milliseconds of one clock; when it was answered counts only where it is `ok`. */
  readonly invokedMs: number
  readonly completedMs: number
}

/** A value that a client was shown; an increment that answers with the new value is one as well. */
export interface CounterRead {
  readonly value: number
  readonly invokedMs: number
  readonly completedMs: number
}

export interface CounterHistory {
  readonly workload: string
  /** The counter's name, for messages. */
  readonly counter: string
  readonly initial: number
  readonly increments: readonly Increment[]
  readonly reads: readonly CounterRead[]
  readonly final: number
}

export function checkCounter(history: CounterHistory): readonly Finding[] {
  const findings = new FindingList(history.workload)
  if (history.increments.some(({ by }) => !(by > 0)))
    throw new Error('A counter only grows: increments are > 0.')
  checkFinal(history, findings)
  checkBounds(history, findings)
  checkMonotonic(history, findings)
  return findings.all()
}

function checkFinal({ counter, initial, increments, final }: CounterHistory, findings: FindingList): void {
  const acknowledged = initial + sumOf(increments.filter(({ outcome }) => outcome === 'ok'))
  const unknown = sumOf(increments.filter(({ outcome }) => outcome === 'unknown'))
  const refused = sumOf(increments.filter(({ outcome }) => outcome === 'refused'))
  const evidence = [
    `initial and acknowledged ${acknowledged}, unknown ${unknown}, refused ${refused}, final ${final}`,
  ]
  if (final < acknowledged)
    findings.add('lost-effect', `${counter} lacks ${acknowledged - final} that were acknowledged.`, evidence)
  const excess = final - acknowledged - unknown
  if (excess > 0)
    findings.add('doubled-effect', `${counter} has ${excess} more than was asked for.`, evidence)
}

function checkBounds({ counter, initial, increments, reads }: CounterHistory, findings: FindingList): void {
  const answered = new RunningSum(
    increments.filter(({ outcome }) => outcome === 'ok').map(({ completedMs, by }) => [completedMs, by]),
  )
  const sent = new RunningSum(
    increments.filter(({ outcome }) => outcome !== 'refused').map(({ invokedMs, by }) => [invokedMs, by]),
  )
  for (const read of reads) {
    const least = initial + answered.before(read.invokedMs)
    const most = initial + sent.upTo(read.completedMs)
    if (read.value < least)
      findings.add('not-real-time', `A read of ${counter} missed what had been acknowledged.`, [
        `${readInWords(read)}; ${least} had been acknowledged before it was sent`,
      ])
    else if (read.value > most)
      findings.add('ghost-effect', `A read of ${counter} showed more than had been asked for.`, [
        `${readInWords(read)}; no more than ${most} had been sent before it was answered`,
      ])
  }
}

function checkMonotonic({ counter, reads }: CounterHistory, findings: FindingList): void {
  const byEnd = reads.toSorted((a, b) => a.completedMs - b.completedMs)
  let at = 0
  let highest: CounterRead | undefined
  for (const read of reads.toSorted((a, b) => a.invokedMs - b.invokedMs)) {
    for (; at < byEnd.length && byEnd[at]!.completedMs < read.invokedMs; at++) {
      if (highest === undefined || byEnd[at]!.value > highest.value) highest = byEnd[at]
    }
    if (highest !== undefined && read.value < highest.value)
      findings.add('not-real-time', `${counter} went back between two reads.`, [
        readInWords(highest),
        readInWords(read),
      ])
  }
}

/** Sums of amounts by time. */
class RunningSum {
  readonly #timesMs: readonly number[]
  readonly #sums: readonly number[]

  constructor(amounts: readonly (readonly [atMs: number, amount: number])[]) {
    const inOrder = amounts.toSorted(([a], [b]) => a - b)
    let sum = 0
    this.#timesMs = inOrder.map(([atMs]) => atMs)
    this.#sums = [0, ...inOrder.map(([, amount]) => (sum += amount))]
  }

  before(limitMs: number): number {
    return this.#sums[firstIndex(this.#timesMs, (atMs) => atMs >= limitMs)]!
  }

  upTo(limitMs: number): number {
    return this.#sums[firstIndex(this.#timesMs, (atMs) => atMs > limitMs)]!
  }
}

const sumOf = (increments: readonly Increment[]): number => increments.reduce((sum, { by }) => sum + by, 0)

const readInWords = ({ value, invokedMs, completedMs }: CounterRead): string =>
  `read ${value}, sent at ${ms(invokedMs)}, answered at ${ms(completedMs)}`
