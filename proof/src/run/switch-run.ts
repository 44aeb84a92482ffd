/**
 * The switches' part of a run: the proof of the proof. The service runs without one of its protections, and the same
 * rounds and checks must find what that breaks, within their time.
 */
import type { Finding } from '../checker/finding.js'
import { openStage } from './fault-run.js'
import type { Journal } from '../report/journal.js'
import type { Lane } from './lane.js'
import type { Protection } from './parts.js'
import { runRound } from './round.js'
import { schedule } from './schedule.js'
import type { Stage } from './stage.js'

export interface SwitchRun {
  readonly switches: readonly Protection[]
  readonly seeds: readonly number[]
  /** For each switch and seed. */
  readonly limitMs: number
  /** Of the run's clock: none begins after it, and one that then had no turn is a problem. */
  readonly lastBeginMs: number
  /** Hears of the results; the lane's own journal keeps the load of broken services to itself. */
  readonly journal: Journal
}

export async function runSwitches(lane: Lane, run: SwitchRun): Promise<void> {
  for (const seed of run.seeds) {
    for (const broken of run.switches) {
      if (lane.signal.aborted) return
      if (lane.nowMs() > run.lastBeginMs) {
        run.journal.problem(`switch ${broken.name}`, `The time was over before its turn with seed ${seed}.`)
        continue
      }
      lane.journal.doing = `switch ${broken.name}, seed ${seed}`
      await runSwitch(lane, run, broken, seed)
    }
  }
  lane.journal.doing = ''
}

async function runSwitch(lane: Lane, run: SwitchRun, broken: Protection, seed: number): Promise<void> {
  const beganMs = lane.nowMs()
  const operationsBefore = lane.journal.state.operations
  const problemsBefore = lane.journal.state.problems
  const found = await huntDown({ ...lane, workloads: broken.workloads }, broken, seed, beganMs + run.limitMs)
  const expected = found.filter((finding) => broken.anomalies.includes(finding.anomaly))
  if (lane.signal.aborted && expected.length === 0) return
  run.journal.switchDone({
    name: broken.name,
    what: broken.what,
    seed,
    expects: broken.anomalies,
    found: [...new Set([...expected, ...found].map((finding) => finding.anomaly))],
    caught: expected.length > 0,
    seconds: Math.round((lane.nowMs() - beganMs) / 100) / 10,
    operations: lane.journal.state.operations - operationsBefore,
    example: expected[0] ?? found[0],
  })
  for (const { message, where } of lane.journal.recorded.problems.slice(problemsBefore))
    run.journal.note(`switch ${broken.name}: ${where}: ${message}`)
}

/** Ends with the first finding that was expected. */
async function huntDown(lane: Lane, broken: Protection, seed: number, untilMs: number): Promise<Finding[]> {
  const faults = lane.parts.faults.filter((fault) => fault.name === broken.fault)
  const found: Finding[] = []
  let stage: Stage | undefined
  try {
    for (const round of schedule(seed, faults, 'brisk')) {
      if (lane.signal.aborted || lane.nowMs() >= untilMs) return found
      if (stage !== undefined && (stage.isSpent || stage.epoch !== round.epoch)) {
        found.push(...(await stage.close()))
        stage = undefined
      }
      stage ??= await openStage(lane, round.epoch, { PROOF_SWITCH: broken.name })
      if (stage === undefined) return found
      found.push(...(await runRound(lane, stage, seed, round)))
      if (found.some((finding) => broken.anomalies.includes(finding.anomaly))) return found
    }
    return found
  } finally {
    if (stage !== undefined) found.push(...(await stage.close()))
  }
}
