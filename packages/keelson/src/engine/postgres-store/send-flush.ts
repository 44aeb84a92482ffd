/** The statements of a flush, sent behind each other. */
import type { Statement, TextResult } from '../../postgres/burst-query.js'
import type { Connection } from '../../postgres/connection.js'
import type { EffectRows, FlushPlan, Write, WriteStatement } from '../port.js'
import { columnArrays, keyArrays } from './arrays.js'
import * as sql from './statements.js'

export interface Sent {
  readonly result: Promise<TextResult>
  readonly rowsExpected: number | undefined
}

export function sendFlush(connection: Connection, plan: FlushPlan): Sent[] {
  const sent: Sent[] = [{ result: connection.send(sql.INSERT_MARKER, [plan.groupId]), rowsExpected: 1 }]
  for (const statement of plan.statements) sent.push(sendWrite(connection, statement))
  for (const effect of plan.effects) sent.push(sendEffects(connection, effect))
  for (const { table, tuples } of plan.replaced) {
    const { columns, statement } = sql.checkRows(table)
    const places = columns.map(({ index }) => index)
    if (places.length > 0)
      sent.push({ result: connection.send(statement, columnArrays(tuples, places)), rowsExpected: undefined })
  }
  if (plan.checkDeferred)
    sent.push({ result: connection.send({ text: 'set constraints all immediate' }), rowsExpected: undefined })
  return sent
}

export function sendWrite(connection: Connection, statement: WriteStatement): Sent {
  const { table } = statement
  switch (statement.kind) {
    case 'insert': {
      const text: Statement = statement.mayClash ? sql.insertFreeRows(table) : sql.insertRows(table)
      const places = sql.columnsToInsert(table).map(({ index }) => index)
      const rowsExpected = statement.mayClash ? undefined : statement.tuples.length
      return { result: connection.send(text, columnArrays(statement.tuples, places)), rowsExpected }
    }
    case 'update': {
      const values = [
        ...keyArrays(table, statement.keys),
        ...columnArrays(statement.tuples, statement.columns),
      ]
      return {
        result: connection.send(sql.updateRows(table, statement.columns), values),
        rowsExpected: statement.keys.length,
      }
    }
    case 'delete':
      return {
        result: connection.send(sql.deleteRows(table), keyArrays(table, statement.keys)),
        rowsExpected: statement.keys.length,
      }
  }
}

export function statementOf(write: Write): WriteStatement {
  const { table } = write
  switch (write.kind) {
    case 'insert':
      return { kind: 'insert', table, tuples: [write.tuple], mayClash: false }
    case 'update':
      return { kind: 'update', table, columns: write.columns, keys: [write.key], tuples: [write.tuple] }
    case 'delete':
      return { kind: 'delete', table, keys: [write.key] }
  }
}

export const sendStatement = (connection: Connection, write: Write): Promise<TextResult> =>
  sendWrite(connection, statementOf(write)).result

export function sendEffects(connection: Connection, { table, rows }: EffectRows): Sent {
  return {
    result: connection.send(sql.insertEffects(table), columnArrays(rows, [...table.columns.keys()])),
    rowsExpected: rows.length,
  }
}
