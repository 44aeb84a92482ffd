/** Steps 2 to 4 in one burst, for groups whose rows are all known. */
import { isArmed } from '../internal/failpoint.js'
import type { Accepted } from './acceptance.js'
import { conclude, type Group } from './conclude.js'
import type { EngineContext } from './context.js'
import { spentTogether } from './facts.js'
import { planFlush } from './flush-plan.js'
import { EMPTY, join, type GroupReport } from './group-report.js'
import type { Member } from './member.js'
import { Overlay } from './overlay.js'
import type { EffectTable, FlushPlan, LockPlan } from './port.js'
import { speculated } from './speculated.js'

/**
 * The short way, where all that the group rests on is known already. `disturbed`: those who must go the long way, since
 * nothing of theirs was committed.
 */
export async function tryOneBurst(
  group: Group,
  members: readonly Member[],
  locks: LockPlan,
  context: EngineContext,
): Promise<{ report: GroupReport; disturbed?: readonly Member[] } | undefined> {
  const { store, recent, calm } = context
  if (store.commitInOneBurst === undefined || !calm.holds || isArmed('ordered') || isArmed('flush-sent'))
    return undefined
  const known = speculated(members, locks, recent)
  if (known === undefined) return undefined
  const overlay = new Overlay(locks, known.state)
  const acceptance = await context.accept(members, overlay, context)
  spentTogether(members, 'accept')
  context.count('reruns', acceptance.rerunCount)
  const report = { ...EMPTY, again: acceptance.deferred, solo: acceptance.solo }
  const { accepted } = acceptance
  if (accepted.length === 0) return { report }
  const flush = planFlush(group.groupId, accepted, overlay)
  const ours = accepted.map(({ member }) => member)
  if (!tellsByItself(flush, accepted)) return { report, disturbed: ours }
  context.probe?.accepted?.(group.groupId, acceptance)
  let result: Awaited<ReturnType<NonNullable<typeof store.commitInOneBurst>>>
  try {
    result = await store.commitInOneBurst({ locks, versions: known.versions, flush })
  } catch (error) {
    const failed = { members: ours, error, mayPass: store.isRetryable(error) }
    return { report: join(report, { failed }) }
  }
  calm.burst(result.kind === 'disturbed')
  context.count(result.kind === 'disturbed' ? 'disturbed' : 'bursts')
  if (result.kind === 'disturbed') return { report, disturbed: ours }
  return { report: join(report, await conclude(group, result, acceptance, overlay, context)) }
}

/**
 * Whether the burst itself fails wherever the long way would have stopped: a key that has been answered already is met by
 * the answer that is to be stored under it, and no insert leaves rows out. A repeated run may have done otherwise.
 */
function tellsByItself({ statements, effects }: FlushPlan, accepted: readonly Accepted[]): boolean {
  if (statements.some((statement) => statement.kind === 'insert' && statement.mayClash)) return false
  const answers = new Map<EffectTable, number>()
  for (const { member } of accepted) {
    const table = member.invocation.claim?.table
    if (table) answers.set(table, (answers.get(table) ?? 0) + 1)
  }
  const kept = (table: EffectTable): number =>
    effects.find((effect) => effect.table === table)?.rows.length ?? 0
  return [...answers].every(([table, count]) => kept(table) === count)
}
