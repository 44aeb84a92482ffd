/**
 * Whether a history of concurrent commands is what some serial execution gives: each command somewhere between its
 * sending and its answer, with the very answer it got, and the state at the end that was found. The search is Wing and
 * Gong's, with hints where to look first (Lowe, «Testing for linearizability», 2017, remembers states as we do).
 */
import type { Issue } from './issue.js'
import { statesAfter } from './serial-run.js'
import { stateText, type ModelState } from './state.js'

export interface SerialOrder {
  readonly found: boolean
  /** The longest order that explains a beginning of the history. */
  readonly order: readonly Issue[]
  readonly state: ModelState
}

/** States looked at before the search gives up. */
const STATES_MAX = 20_000

export async function findSerialOrder(
  issues: readonly Issue[],
  initial: ModelState,
  final: ModelState,
): Promise<SerialOrder> {
  const wanted = stateText(final)
  const hinted = issues.toSorted(
    (left, right) => left.place - right.place || left.answeredAt - right.answeredAt,
  )
  const visited = new Set<string>()
  let best: { order: readonly Issue[]; state: ModelState } = { order: [], state: initial }

  const search = async (done: readonly Issue[], state: ModelState): Promise<boolean> => {
    if (done.length > best.order.length) best = { order: done, state }
    if (done.length === issues.length) return stateText(state) === wanted
    const id = `${issues.map((issue) => (done.includes(issue) ? '1' : '0')).join('')} ${stateText(state)}`
    if (visited.has(id) || visited.size > STATES_MAX) return false
    visited.add(id)
    const left = hinted.filter((issue) => !done.includes(issue))
    const firstAnswer = Math.min(...left.map((issue) => issue.answeredAt))
    for (const issue of left) {
      if (issue.sentAt > firstAnswer) continue
      const states = await statesAfter(issue, state)
      for (const after of states) if (await search([...done, issue], after)) return true
      // What fits here and changes nothing wherever it stands cannot be wrong here.
      if (states.length === 1 && neverWrites(issue) && stateText(states[0]!) === stateText(state))
        return false
    }
    return false
  }

  const found = await search([], initial)
  return { found, ...best }
}

const WRITES = new Set([
  'insert',
  'insertIgnore',
  'upsert',
  'update',
  'increment',
  'delete',
  'updateWhere',
  'deleteWhere',
  'note',
])

function neverWrites({ answer, command, key }: Issue): boolean {
  return key === undefined && (!answer!.startsWith('{') || !command.steps.some((step) => WRITES.has(step.do)))
}
