/**
 * One group, from its locks to its answers: lock, accept, flush, settle (DESIGN, section 2, steps 2 to 6). It never
 * rejects; every member ends up in the report, answered or with where it goes next.
 */
import { failpoint } from '../internal/failpoint.js'
import type { Acceptance, Accepted } from './acceptance.js'
import { answerAll, conclude, type Group } from './conclude.js'
import type { EngineContext } from './context.js'
import { spentTogether } from './facts.js'
import { planAlone, planEffects, planFlush } from './flush-plan.js'
import { planLocks } from './footprint.js'
import { EMPTY, join, type GroupReport } from './group-report.js'
import type { Member } from './member.js'
import { Overlay } from './overlay.js'
import type { LockedGroup, LockPlan, Violation } from './port.js'
import { tryOneBurst } from './short-way.js'
import { errorOfViolation, sawFree } from './violation.js'

/** Times that a group of one is tried again since another writer took what it saw free. */
const OVERTAKEN_MAX = 2

/** `isSlow`: members of the slow lane. */
export async function runGroup(
  members: readonly Member[],
  context: EngineContext,
  isSlow = false,
): Promise<GroupReport> {
  const group = { groupId: context.newId(), beganMs: context.clock.now() }
  spentTogether(members, 'queue')
  for (const { facts } of members) {
    facts.members = members.length
    facts.groupId = group.groupId
  }
  const plan = { ...planLocks(group.groupId, members), isSlow }
  if (isSlow) return runLocked(group, members, plan, context)
  const tried = await tryOneBurst(group, members, plan, context)
  if (tried === undefined) return runLocked(group, members, plan, context)
  if (tried.disturbed === undefined) return tried.report
  // What they have done meanwhile may have no ground: their observations are held against what is locked now.
  const { disturbed, report } = tried
  const anew = { ...group, groupId: context.newId() }
  return join(report, await runLocked(anew, disturbed, planLocks(anew.groupId, disturbed), context))
}

/** The long way: lock, look again, accept, flush. */
async function runLocked(
  group: Group,
  members: readonly Member[],
  plan: LockPlan,
  context: EngineContext,
): Promise<GroupReport> {
  const { groupId } = group
  let locked: LockedGroup
  try {
    locked = await context.store.lock(plan)
  } catch (error) {
    return { ...EMPTY, failed: { members, error, mayPass: context.store.isRetryable(error) } }
  }
  spentTogether(members, 'lock')
  failpoint('ordered')
  const { ready, waiting } = takeClaims(members, plan, locked, context)
  const overlay = new Overlay(plan, locked.state)
  const acceptance = await context.accept(ready, overlay, context)
  context.probe?.accepted?.(groupId, acceptance)
  context.count('reruns', acceptance.rerunCount)
  spentTogether(members, 'accept')
  const rest = { again: acceptance.deferred, waiting, solo: acceptance.solo }
  if (acceptance.accepted.length === 0) {
    await locked.rollback()
    return { ...EMPTY, ...rest }
  }
  if (members.length === 1 && members[0]!.alone)
    return flushAlone(group, acceptance, overlay, locked, context)
  const flush = planFlush(groupId, acceptance.accepted, overlay)
  const result = await locked.flush(flush)
  return join(rest, await conclude(group, result, acceptance, overlay, context))
}

/** Members whose answer is stored are answered; those whose key is held elsewhere step aside. */
function takeClaims(
  members: readonly Member[],
  plan: LockPlan,
  locked: LockedGroup,
  context: EngineContext,
): { ready: Member[]; waiting: Member[] } {
  if (plan.claims.length === 0) return { ready: [...members], waiting: [] }
  const ready: Member[] = []
  const waiting: Member[] = []
  let at = -1
  for (const member of members) {
    const { claim } = member.invocation
    if (!claim) {
      ready.push(member)
      continue
    }
    at++
    const stored = locked.state.stored[at]
    if (stored) member.answer(claim.recall(stored))
    else if (locked.state.claimed[at]) ready.push(member)
    else waiting.push(member)
  }
  context.count('claimsWaiting', waiting.length)
  return { ready, waiting }
}

/** A group of one that broke a constraint: it gets its own error, remembered under its key. */
async function flushAlone(
  group: Group,
  { accepted, ...rest }: Acceptance,
  overlay: Overlay,
  locked: LockedGroup,
  context: EngineContext,
): Promise<GroupReport> {
  const [only] = accepted as readonly [Accepted]
  const { member } = only
  let refusal = only
  const refuse = (violation: Violation): Accepted => {
    const outcome = { ok: false, error: errorOfViolation(violation, context.tables) } as const
    return { member, outcome, answer: member.invocation.answer(outcome) }
  }
  const result = await locked.flushAlone(
    group.groupId,
    planAlone(only, overlay),
    planEffects(accepted),
    (violation) => {
      // It had seen that the value was free, and another came in between: a new run will see that one.
      if (member.failures < OVERTAKEN_MAX && sawFree(member.attempt, violation, context.tables))
        return undefined
      refusal = refuse(violation)
      return planEffects([refusal])
    },
  )
  const report = { ...EMPTY, again: rest.deferred, solo: rest.solo }
  if (result.kind === 'refused') {
    answerAll(group.groupId, [refusal], context)
    return report
  }
  if (result.kind === 'clash')
    return { ...report, failed: { members: [member], error: new Error('clash'), mayPass: true } }
  if (result.kind === 'violation') {
    member.answer(refuse(result.violation).answer)
    return report
  }
  return join(report, await conclude(group, result, { ...rest, accepted: [refusal] }, overlay, context))
}
