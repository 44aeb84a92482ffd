/** The faults' part of a run: seed after seed, round after round, on one world after another. */
import type { Finding } from '../checker/finding.js'
import type { Place } from '../report/journal.js'
import { wordsFor, type Lane } from './lane.js'
import { runRound } from './round.js'
import { oneCycle, schedule, type Pace, type PlannedRound, type Schedulable } from './schedule.js'
import { Stage } from './stage.js'

export interface FaultRun {
  readonly seeds: readonly number[]
  readonly faults: readonly Schedulable[]
  readonly pace: Pace
  /** Each fault once a seed, and then the end. */
  readonly once: boolean
  /** Of all seeds together; no round begins after it. */
  readonly durationMs: number
  /** Only this round of the schedule, over and over, each time on a new world. */
  readonly round: number | undefined
  /** The command that makes this round again. */
  replayOf(seed: number, round: number): string
}

/** Worlds that would not start, one after the other, until there is no use in going on. */
const FAILED_STARTS_MAX = 3

export async function runFaults(lane: Lane, run: FaultRun): Promise<void> {
  const beganMs = lane.nowMs()
  for (const [place, seed] of run.seeds.entries()) {
    const untilMs = beganMs + (run.durationMs * (place + 1)) / run.seeds.length
    const isComplete = await runSeed(lane, run, seed, untilMs)
    if (lane.signal.aborted) return
    if (run.once && run.round === undefined && !isComplete)
      lane.journal.problem(`seed ${seed}`, 'The time was over before every fault had its turn.')
  }
}

/** False where the schedule had more rounds than there was time for. */
async function runSeed(lane: Lane, run: FaultRun, seed: number, untilMs: number): Promise<boolean> {
  let stage: Stage | undefined
  let failedStarts = 0
  let last: Place = { seed, round: 0, faults: [] }
  const report = (findings: readonly Finding[]): void => {
    for (const finding of findings) lane.journal.finding(finding, last, run.replayOf(seed, last.round))
  }
  const leave = async (): Promise<void> => {
    const leaving = stage
    stage = undefined
    if (leaving !== undefined) report(await leaving.close())
  }
  try {
    for (const round of roundsOf(run, seed)) {
      if (lane.signal.aborted || lane.nowMs() >= untilMs) return false
      if (stage !== undefined && (stage.isSpent || stage.epoch !== round.epoch)) await leave()
      stage ??= await openStage(lane, round.epoch)
      if (stage === undefined) {
        if (++failedStarts >= FAILED_STARTS_MAX || lane.signal.aborted) return false
        continue
      }
      failedStarts = 0
      last = { seed, round: round.index, faults: round.faults.map((fault) => fault.name) }
      lane.journal.doing = `seed ${seed}, round ${round.index}`
      report(await runRound(lane, stage, seed, round))
    }
    return true
  } finally {
    await leave()
    lane.journal.doing = ''
  }
}

function* roundsOf({ once, round, faults, pace }: FaultRun, seed: number): Generator<PlannedRound> {
  for (const planned of once ? oneCycle(seed, faults, pace) : schedule(seed, faults, pace)) {
    if (round === undefined) yield planned
    else if (planned.index === round) for (let epoch = 0; ; epoch++) yield { ...planned, epoch }
  }
}

export async function openStage(
  lane: Lane,
  epoch: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Stage | undefined> {
  try {
    return await Stage.open(lane, epoch, env)
  } catch (error) {
    if (!lane.signal.aborted) lane.journal.problem('the start of a world', wordsFor(error))
    return undefined
  }
}
