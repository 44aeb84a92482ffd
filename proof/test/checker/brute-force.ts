/** Strict serializability by its definition: try every order, and every choice of those whose outcome is unknown. */
import type { AppendTransaction, FinalLists } from '../../src/checker/append-history.js'

export function isStrictlySerializable(
  transactions: readonly AppendTransaction[],
  finals: FinalLists,
): boolean {
  const sure = transactions.filter(({ outcome }) => outcome === 'ok')
  const unsure = transactions.filter(({ outcome }) => outcome === 'unknown')
  return subsetsOf(unsure).some((took) => continues([], [...sure, ...took], new Map(), finals))
}

/** Whether the `rest` can come after `done`, in some order, and end with `finals`. */
function continues(
  done: readonly AppendTransaction[],
  rest: readonly AppendTransaction[],
  lists: FinalLists,
  finals: FinalLists,
): boolean {
  if (rest.length === 0) return areEqual(lists, finals)
  return rest.some((next) => {
    const others = rest.filter((other) => other !== next)
    if (others.some((other) => other.outcome === 'ok' && other.completedMs < next.invokedMs)) return false
    const after = execute(next, lists)
    return after !== undefined && continues([...done, next], others, after, finals)
  })
}

/** The lists afterwards; undefined where it would have read something else. */
function execute({ outcome, ops }: AppendTransaction, lists: FinalLists): FinalLists | undefined {
  const after = new Map(lists)
  for (const op of ops) {
    const list = after.get(op.key) ?? []
    if (op.kind === 'append') after.set(op.key, [...list, op.value])
    else if (outcome === 'ok' && op.value.join() !== list.join()) return undefined
  }
  return after
}

const areEqual = (a: FinalLists, b: FinalLists): boolean =>
  [...new Set([...a.keys(), ...b.keys()])].every(
    (key) => (a.get(key) ?? []).join() === (b.get(key) ?? []).join(),
  )

const subsetsOf = <T>(items: readonly T[]): T[][] =>
  items.reduce<T[][]>((subsets, item) => [...subsets, ...subsets.map((subset) => [...subset, item])], [[]])
