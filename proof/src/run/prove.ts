/** A run from its options to its report: the lanes, the progress, the verdict. */
import { environment } from '../report/environment.js'
import { Journal } from '../report/journal.js'
import { startProgress, type Terminal } from '../report/progress.js'
import type { Report, Verdict } from '../report/report.js'
import type { Options } from '../options.js'
import { runFaults, type FaultRun } from './fault-run.js'
import { LIMITS, type Lane, type Limits } from './lane.js'
import type { Parts } from './parts.js'
import { replayCommand } from './replay.js'
import { runSwitches, type SwitchRun } from './switch-run.js'

export interface ProveSettings {
  readonly args: readonly string[]
  readonly options: Options
  readonly parts: Parts
  readonly terminal: Terminal
  /** Breaks the run off; the report then tells what there was until then. */
  readonly signal: AbortSignal
  /** Smaller in tests. */
  readonly limits?: Limits
}

const SWITCH_MS = 60_000
const SWITCH_MS_IN_CI = 30_000
/** No round of faults and no switch begins after it. All of them take four and a half minutes on two idle cores. */
const LAST_BEGIN_MS_IN_CI = 420_000

export async function prove(settings: ProveSettings): Promise<Report> {
  const { options, parts, terminal, signal } = settings
  const beganMs = performance.now()
  const nowMs = (): number => performance.now() - beganMs
  const journal = new Journal(nowMs)
  const lane: Lane = {
    parts,
    workloads: options.workloads,
    processes: options.processes,
    clients: options.clients,
    longTransactionMs: options.longTransactionMs,
    journal,
    signal,
    nowMs,
    limits: settings.limits ?? LIMITS,
  }
  const weakened: Lane = { ...lane, journal: new Journal(nowMs) }
  const progress = startProgress(terminal, [journal, weakened.journal], nowMs)
  try {
    await runParts(lane, weakened, options)
  } finally {
    progress.stop()
  }
  if (options.faults !== undefined && !signal.aborted) demandAnswers(journal)
  if (journal.postgres === 'unknown') journal.postgres = weakened.journal.postgres
  return reportOf(settings, journal, nowMs())
}

/** With `--ci` both at once: most faults wait, which leaves the machine to the switches. */
async function runParts(lane: Lane, weakened: Lane, options: Options): Promise<void> {
  const faults = async (): Promise<void> => {
    if (options.faults !== undefined) await runFaults(lane, faultRun(lane, options, options.faults))
  }
  const switches = async (): Promise<void> => {
    if (options.switches.length > 0) await runSwitches(weakened, switchRun(lane, options))
  }
  if (options.ci) return void (await Promise.all([faults(), switches()]))
  await faults()
  await switches()
}

function faultRun({ parts }: Lane, options: Options, names: readonly string[]): FaultRun {
  const minutesMs = options.minutes === undefined ? Infinity : options.minutes * 60_000
  return {
    seeds: options.seeds,
    faults: parts.faults.filter((fault) => names.includes(fault.name)),
    pace: options.once ? 'brisk' : 'full',
    once: options.once,
    durationMs: options.ci ? LAST_BEGIN_MS_IN_CI : minutesMs,
    round: options.round,
    replayOf: (seed, round) =>
      replayCommand(options, {
        seed,
        round,
        areAllFaults: names.length === parts.faults.length,
        areAllWorkloads: options.workloads.length === parts.createWorkloads().length,
      }),
  }
}

const switchRun = ({ parts, journal }: Lane, options: Options): SwitchRun => ({
  switches: parts.switches.filter((broken) => options.switches.includes(broken.name)),
  seeds: options.seeds,
  limitMs: options.ci ? SWITCH_MS_IN_CI : SWITCH_MS,
  lastBeginMs: options.ci ? LAST_BEGIN_MS_IN_CI : Infinity,
  journal,
})

/** Nothing is found where nothing is done. */
function demandAnswers(journal: Journal): void {
  for (const { name, ok, refused } of journal.recorded.workloads)
    if (ok + refused === 0)
      journal.problem(`workload ${name}`, 'Not one of its requests got a definite answer.')
  if (journal.state.operations === 0) journal.problem('the load', 'Not one request was sent.')
}

function reportOf({ args, options, signal }: ProveSettings, journal: Journal, tookMs: number): Report {
  const recorded = journal.recorded
  return {
    schema: 1,
    verdict: verdictOf(recorded, signal.aborted),
    environment: environment(args, journal.postgres),
    options: {
      seeds: options.seeds,
      minutes: options.minutes,
      processes: options.processes,
      clients: options.clients,
      workloads: options.workloads,
      faults: options.faults ?? [],
    },
    seconds: Math.round(tookMs / 100) / 10,
    ...recorded,
  }
}

function verdictOf(
  { findings, problems, switches }: Pick<Report, 'findings' | 'problems' | 'switches'>,
  isInterrupted: boolean,
): Verdict {
  if (findings.length > 0 || switches.some((broken) => !broken.caught)) return 'broken'
  if (problems.length > 0) return 'failed'
  return isInterrupted ? 'interrupted' : 'holds'
}
