/**
 * Appends against the lists at the end: one that was acknowledged is there once, one that was refused is not there, and
 * one whose outcome is unknown is there once or not, together with the others of its transaction.
 */
import type { AppendHistory, AppendTransaction, FinalLists } from './append-history.js'
import { listInWords, transactionInWords } from './words.js'
import type { Anomaly } from './finding.js'
import type { FindingList } from './finding-list.js'

/** By key, and by value: where in the list at the end it stands. */
export type FinalPlaces = ReadonlyMap<string, ReadonlyMap<number, number>>

export const placesOf = (finals: FinalLists): FinalPlaces =>
  new Map([...finals].map(([key, values]) => [key, firstPlaces(values)]))

function firstPlaces(values: readonly number[]): ReadonlyMap<number, number> {
  const places = new Map<number, number>()
  for (const [at, value] of values.entries()) if (!places.has(value)) places.set(value, at)
  return places
}

export function checkAppendEffects(
  history: AppendHistory,
  finals: FinalLists,
  places: FinalPlaces,
  findings: FindingList,
): void {
  for (const [key, values] of finals) checkFinalList(history, key, values, findings)
  for (const transaction of history.transactions) {
    if (transaction.outcome !== 'refused') checkTransaction(transaction, places, findings)
  }
}

function checkFinalList(
  history: AppendHistory,
  key: string,
  values: readonly number[],
  findings: FindingList,
): void {
  const add = (anomaly: Anomaly, message: string, writer: AppendTransaction | undefined): void =>
    findings.add(anomaly, message, [
      `${key} at the end: ${listInWords(values)}`,
      ...(writer === undefined ? [] : [transactionInWords(writer)]),
    ])
  const seen = new Set<number>()
  for (const value of values) {
    const writer = history.writerOf(key, value)
    if (seen.has(value)) add('doubled-effect', `${key} holds ${value} more than once.`, writer)
    else if (writer === undefined)
      add('ghost-effect', `${key} holds ${value}, which nobody appended.`, writer)
    else if (writer.outcome === 'refused')
      add('ghost-effect', `${key} holds ${value} of T${writer.id}, which was refused.`, writer)
    seen.add(value)
  }
}

function checkTransaction(transaction: AppendTransaction, places: FinalPlaces, findings: FindingList): void {
  const appends = transaction.ops.filter((op) => op.kind === 'append')
  const missing = appends.filter(({ key, value }) => !places.get(key)?.has(value))
  if (missing.length === 0) return checkOwnOrder(transaction, places, findings)
  const { id, outcome } = transaction
  if (outcome === 'unknown' && missing.length === appends.length) return
  findings.add(
    'lost-effect',
    outcome === 'ok'
      ? `T${id} was acknowledged, and ${missing.length} of its ${appends.length} appends are not there.`
      : `T${id}, whose outcome is unknown, took effect in part: ${missing.length} of its ${appends.length} appends are not there.`,
    [transactionInWords(transaction), ...missing.map(({ key, value }) => `${key} lacks ${value}`)],
  )
}

/** What one transaction appended to one list stands there in the order in which it did so. */
function checkOwnOrder(transaction: AppendTransaction, places: FinalPlaces, findings: FindingList): void {
  const last = new Map<string, number>()
  for (const op of transaction.ops) {
    if (op.kind === 'read') continue
    const place = places.get(op.key)!.get(op.value)!
    if (place < (last.get(op.key) ?? -1))
      findings.add('internal', `The appends of T${transaction.id} to ${op.key} are there in another order.`, [
        transactionInWords(transaction),
      ])
    last.set(op.key, place)
  }
}
