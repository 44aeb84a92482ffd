/** What a group comes to for those of its members that are not answered yet. */
import type { Member } from './member.js'

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

export const EMPTY: GroupReport = { again: [], parts: [], waiting: [], solo: [], failed: undefined }

/** Both the accepted and those put off may have to go again; the accepted go first, as they stood. */
export function join(rest: Partial<GroupReport>, concluded: Partial<GroupReport>): GroupReport {
  const [later, first] = [
    { ...EMPTY, ...rest },
    { ...EMPTY, ...concluded },
  ]
  return {
    again: [...first.again, ...later.again],
    parts: [...first.parts, ...later.parts],
    waiting: [...first.waiting, ...later.waiting],
    solo: [...first.solo, ...later.solo],
    failed: first.failed ?? later.failed,
  }
}
