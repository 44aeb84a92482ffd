/**
 * One group, from its locks to its answers: lock, accept, flush, settle (DESIGN, section 2, steps 2 to 6). It never
 * rejects; every member ends up in the report, answered or with where it goes next.
 */
import { failpoint } from '../internal/failpoint.js'
import type { Acceptance, Accepted } from './acceptance.js'
import { tellEffects, type EngineContext } from './context.js'
import { spentTogether } from './facts.js'
import { planAlone, planEffects, planFlush } from './flush-plan.js'
import { planLocks } from './footprint.js'
import type { Member } from './member.js'
import { Overlay } from './overlay.js'
import type { FlushResult, LockedGroup, LockPlan, Violation } from './port.js'
import { outcomeUnknown, resolveFate } from './resolve.js'
import { errorOfViolation, sawFree } from './violation.js'

/** What becomes of the members that are not answered yet. */
export interface GroupReport {
  /** Back to the head of the queue, in order. */
  readonly again: readonly Member[]
  /** Groups to form exactly so, ahead of the queue: the halves of a group that broke a constraint. */
  readonly parts: readonly (readonly Member[])[]
  /** Their key is held elsewhere; they wait alone. */
  readonly waiting: readonly Member[]
  readonly solo: readonly { readonly member: Member; readonly reason: string }[]
  /** The group failed for reasons outside; its members count one failure each and wait a little. */
  readonly failed:
    | { readonly members: readonly Member[]; readonly error: unknown; readonly mayPass: boolean }
    | undefined
}

/** Times that a group of one is tried again since another writer took what it saw free. */
const OVERTAKEN_MAX = 2

interface Group {
  readonly groupId: string
  readonly beganMs: number
}

const EMPTY: GroupReport = { again: [], parts: [], waiting: [], solo: [], failed: undefined }

/** `isSlow`: members of the slow lane. */
export async function runGroup(
  members: readonly Member[],
  context: EngineContext,
  isSlow = false,
): Promise<GroupReport> {
  const groupId = context.newId()
  const beganMs = context.clock.now()
  spentTogether(members, 'queue')
  for (const { facts } of members) facts.members = members.length
  const plan = { ...planLocks(groupId, members), isSlow }
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
    return flushAlone({ groupId, beganMs }, acceptance, overlay, locked, context)
  const flush = planFlush(groupId, acceptance.accepted, overlay)
  const result = await locked.flush(flush)
  return join(rest, await conclude({ groupId, beganMs }, result, acceptance, overlay, context))
}

/** Both the accepted and those put off may have to go again; the accepted go first, as they stood. */
function join(rest: Partial<GroupReport>, concluded: Partial<GroupReport>): GroupReport {
  return { ...EMPTY, ...rest, ...concluded, again: [...(concluded.again ?? []), ...(rest.again ?? [])] }
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

/** What the flush's result means for the members that were accepted. */
async function conclude(
  { groupId, beganMs }: Group,
  result: FlushResult,
  { accepted }: Acceptance,
  overlay: Overlay,
  context: EngineContext,
): Promise<Partial<GroupReport>> {
  const members = accepted.map(({ member }) => member)
  switch (result.kind) {
    case 'committed':
      answerAll(groupId, accepted, context)
      return {}
    case 'clash': {
      const culprits = new Set(result.keys.flatMap((key) => overlay.cell(result.table, key)?.keyedBy ?? []))
      for (const culprit of culprits) culprit.alone = true
      // A clash that nobody can be blamed for would be tried forever.
      if (culprits.size === 0) return { parts: halves(members) }
      return {
        parts: [
          members.filter((member) => !culprits.has(member)),
          ...[...culprits].map((culprit) => [culprit]),
        ],
      }
    }
    case 'violation':
      return { parts: halves(members) }
    case 'retry':
      return { failed: { members, error: result.error, mayPass: true } }
    case 'lost':
      return settleLost({ groupId, beganMs }, result, accepted, context)
  }
}

function answerAll(groupId: string, accepted: readonly Accepted[], context: EngineContext): void {
  failpoint('committed')
  spentTogether(
    accepted.map(({ member }) => member),
    'flush',
  )
  context.probe?.committed?.(groupId, accepted)
  for (const { member, answer } of accepted) member.answer(answer)
  tellEffects(accepted, context)
  failpoint('answered')
}

/** Bisecting: the culprit ends up in a group of one, which says what is wrong with it. */
function halves(members: readonly Member[]): Member[][] {
  if (members.length === 1) {
    members[0]!.alone = true
    return [[members[0]!]]
  }
  const middle = Math.ceil(members.length / 2)
  return [members.slice(0, middle), members.slice(middle)]
}

async function settleLost(
  { groupId, beganMs }: Group,
  { error, backend }: Extract<FlushResult, { kind: 'lost' }>,
  accepted: readonly Accepted[],
  context: EngineContext,
): Promise<Partial<GroupReport>> {
  const fate = await resolveFate({ groupId, beganMs, backend }, context)
  const members = accepted.map(({ member }) => member)
  if (fate === 'committed') answerAll(groupId, accepted, context)
  // Like any other failure of the database: with fresh reads, after a little while, until patience ends.
  else if (fate === 'never') return { failed: { members, error, mayPass: true } }
  else for (const member of members) member.fail(outcomeUnknown(member, error))
  return {}
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
