/** Which columns a CHECK keeps from being null: those for which Postgres then needs no look at the table. */
import type { Node } from 'libpg-query'
import { stringsOf } from './names.js'

export function columnsKeptNotNull(expression: Node | undefined): string[] {
  if (expression === undefined) return []
  if ('BoolExpr' in expression)
    return expression.BoolExpr.boolop === 'AND_EXPR'
      ? (expression.BoolExpr.args ?? []).flatMap((one) => columnsKeptNotNull(one))
      : []
  if (!('NullTest' in expression) || expression.NullTest.nulltesttype !== 'IS_NOT_NULL') return []
  const { arg } = expression.NullTest
  const name = arg !== undefined && 'ColumnRef' in arg ? stringsOf(arg.ColumnRef.fields).at(-1) : undefined
  return name === undefined ? [] : [name]
}
