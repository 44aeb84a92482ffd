/**
 * Appends against the lists at the end: one that was acknowledged is there once, one that was refused is not there, and
 * one whose outcome is unknown is there once or not, together with the others of its transaction.
 */
import type { AppendHistory, AppendTransaction, FinalLists } from './append-history.js'
import { listInWords, transactionInWords } from './words.js'
import type { Anomaly } from './finding.js'
import type { FindingList } from './finding-list.js'

export type FinalSets = ReadonlyMap<string, ReadonlySet<number>>

export const setsOf = (finals: FinalLists): FinalSets =>
  new Map([...finals].map(([key, values]) => [key, new Set(values)]))

export function checkAppendEffects(
  history: AppendHistory,
  finals: FinalLists,
  present: FinalSets,
  findings: FindingList,
): void {
  for (const [key, values] of finals) checkFinalList(history, key, values, findings)
  for (const transaction of history.transactions) {
    if (transaction.outcome !== 'refused') checkTransaction(transaction, present, findings)
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

function checkTransaction(transaction: AppendTransaction, present: FinalSets, findings: FindingList): void {
  const appends = transaction.ops.filter((op) => op.kind === 'append')
  const missing = appends.filter(({ key, value }) => !present.get(key)?.has(value))
  if (missing.length === 0) return
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
