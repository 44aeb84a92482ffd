/** Steps 5 and 6: what the answer to a flush means for the members that were accepted. */
import { failpoint } from '../internal/failpoint.js'
import type { Acceptance, Accepted } from './acceptance.js'
import { tellEffects, type EngineContext } from './context.js'
import { spentTogether } from './facts.js'
import type { GroupReport } from './group-report.js'
import type { Member } from './member.js'
import type { Overlay } from './overlay.js'
import type { FlushResult } from './port.js'
import { outcomeUnknown, resolveFate } from './resolve.js'

export interface Group {
  readonly groupId: string
  readonly beganMs: number
}

/** What the flush's result means for the members that were accepted. */
export async function conclude(
  { groupId, beganMs }: Group,
  result: FlushResult,
  { accepted }: Acceptance,
  overlay: Overlay,
  context: EngineContext,
): Promise<Partial<GroupReport>> {
  const members = accepted.map(({ member }) => member)
  switch (result.kind) {
    case 'committed':
      if (result.version !== undefined) context.recent.wrote(overlay, result.version)
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

export function answerAll(groupId: string, accepted: readonly Accepted[], context: EngineContext): void {
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
