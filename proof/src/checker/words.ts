/** Times, lists and transactions in words, as they stand in evidence. */
import type { AppendTransaction } from './append-history.js'

/** The end of a list is what tells. */
const SHOWN_MAX = 8

export function listInWords(values: readonly number[]): string {
  const hidden = Math.max(0, values.length - SHOWN_MAX)
  return `[${hidden > 0 ? `… ${hidden} more … ` : ''}${values.slice(hidden).join(' ')}]`
}

/** `T12 (client 3, ok, 10.2 to 14.8 ms): append x 5, read y [1 2]` */
export function transactionInWords(transaction: AppendTransaction): string {
  const { id, client, outcome, invokedMs, ops } = transaction
  const until = outcome === 'unknown' ? 'no answer' : ms(transaction.completedMs)
  const done = ops.map((op) => {
    if (op.kind === 'append') return `append ${op.key} ${op.value}`
    return outcome === 'ok' ? `read ${op.key} ${listInWords(op.value)}` : `read ${op.key}`
  })
  return `T${id} (client ${client}, ${outcome}, ${ms(invokedMs)} to ${until}): ${done.join(', ')}`
}

export const ms = (value: number): string => `${Math.round(value * 1000) / 1000} ms`
