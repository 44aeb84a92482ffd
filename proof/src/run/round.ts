/** One round: load, faults into it, load for a while longer, rest, judgement. */
import type { Finding } from '../checker/finding.js'
import { checkLeaks } from '../checker/leaks.js'
import { checkReplies } from '../checker/replies.js'
import type { Fault } from '../faults/fault.js'
import type { Place } from '../report/journal.js'
import { condensed } from './condense.js'
import { drain } from './drain.js'
import { wordsFor, type Lane } from './lane.js'
import type { Load } from './parts.js'
import { randomOf } from './random.js'
import type { PlannedRound } from './schedule.js'
import type { Stage } from './stage.js'
import { TookTooLong, within } from './within.js'

interface Injection {
  readonly fault: Fault
  readonly delayMs: number
}

/** Returns what was found. After a finding, or a problem of the proof itself, the stage is spent. */
export async function runRound(
  lane: Lane,
  stage: Stage,
  seed: number,
  round: PlannedRound,
): Promise<readonly Finding[]> {
  const injections = await availableOf(lane, stage, round)
  if (injections.length === 0 && round.faults.length > 0) return []
  const place: Place = { seed, round: round.index, faults: injections.map(({ fault }) => fault.name) }
  const beganMs = lane.nowMs()
  const load = startLoad(lane, stage, place)
  try {
    await stage.world.pause(round.warmMs)
    await inject(lane, stage, place, injections)
    if (stage.isTrusted) await stage.world.pause(round.afterMs)
    const { tookMs, findings } = await drain(load, stage.world, lane.nowMs, lane.signal, lane.limits.drain)
    await load.abort()
    const judged = await judge(lane, stage, findings)
    lane.journal.round({
      ...place,
      beganMs,
      endedMs: lane.nowMs(),
      drainMs: findings.length === 0 ? Math.round(tookMs) : null,
      checkMs: judged.checkMs,
    })
    if (judged.findings.length > 0) stage.spend()
    return judged.findings
  } finally {
    await load.abort()
  }
}

function startLoad(lane: Lane, stage: Stage, { seed, round }: Place): Load {
  return lane.parts.startLoad({
    workloads: stage.workloads,
    apps: stage.world.apps,
    clients: lane.clients,
    randomOf: (client) => randomOf(seed, 'round', round, 'client', client),
    nowMs: lane.nowMs,
    nextId: () => stage.nextId(),
    record(operation) {
      stage.history.push(operation)
      lane.journal.operation(operation)
    },
  })
}

async function availableOf(lane: Lane, stage: Stage, round: PlannedRound): Promise<Injection[]> {
  const injections: Injection[] = []
  for (const { name, delayMs } of round.faults) {
    const fault = lane.parts.faults.find((fault) => fault.name === name)!
    const why = await fault.unavailable?.(stage.world)
    if (why === undefined) injections.push({ fault, delayMs })
    else lane.journal.unavailable(name, why)
  }
  return injections
}

async function inject(
  lane: Lane,
  stage: Stage,
  place: Place,
  injections: readonly Injection[],
): Promise<void> {
  if (injections.some(({ fault }) => fault.mayDeadlock)) stage.allowDeadlocks()
  await Promise.all(
    injections.map(async ({ fault, delayMs }) => {
      await stage.world.pause(delayMs)
      if (lane.signal.aborted) return
      const ended = lane.journal.faultBegins(fault.name, fault.what, place)
      try {
        const random = randomOf(place.seed, 'round', place.round, 'fault', fault.name)
        await within(lane.limits.faultMs, `Fault ${fault.name}`, fault.run(stage.world, random))
        ended()
      } catch (error) {
        // Half a fault is left behind: whatever is seen after that proves nothing.
        ended(lane.signal.aborted ? undefined : wordsFor(error))
        stage.distrust()
      }
    }),
  )
}

interface Judged {
  readonly findings: readonly Finding[]
  readonly checkMs: number | null
}

/**
 * What has not come to rest cannot be judged further. What was broken off, or whose fault was not mended, cannot be judged
 * at all.
 */
async function judge(lane: Lane, stage: Stage, drained: readonly Finding[]): Promise<Judged> {
  if (!stage.isTrusted || lane.signal.aborted) return { findings: [], checkMs: null }
  const crashes = stage.crashes()
  if (drained.length > 0) return { findings: [...crashes, ...drained], checkMs: null }
  const beganMs = lane.nowMs()
  try {
    const deadlocks = await within(lane.limits.checkMs, 'A look at the deadlocks', stage.deadlocks())
    const broken = await check(lane, stage)
    return {
      findings: condensed([...crashes, ...deadlocks, ...broken]),
      checkMs: Math.round(lane.nowMs() - beganMs),
    }
  } catch (error) {
    stage.distrust()
    lane.journal.problem('the checks', wordsFor(error))
    return { findings: crashes, checkMs: null }
  }
}

async function check(lane: Lane, stage: Stage): Promise<Finding[]> {
  const findings: Finding[] = [...checkReplies(stage.history), ...checkLeaks(stage.history)]
  for (const workload of stage.workloads) {
    const history = stage.history.filter((operation) => operation.workload === workload.name)
    try {
      const checked = workload.check(history, stage.world.sql)
      findings.push(...(await within(lane.limits.checkMs, `The check of ${workload.name}`, checked)))
    } catch (error) {
      stage.distrust()
      lane.journal.problem(`the check of ${workload.name}`, wordsFor(error))
      if (error instanceof TookTooLong) return findings
    }
  }
  return findings
}
