/** UPDATE and DELETE that touch a whole table at once: one long transaction, every row locked until it ends. */
import type { Node, SelectStmt } from 'libpg-query'
import { nameOfRange } from '../names.js'
import type { MigrationRule } from '../rule.js'
import { nameOf } from '../schema.js'

export const unbatchedBackfill: MigrationRule = {
  id: 'unbatched-backfill',
  title: 'Back-fill of a whole table in one statement',
  severity: 'medium',
  *look({ statement, schema, smallTables }) {
    const { node } = statement
    const change = 'UpdateStmt' in node ? node.UpdateStmt : 'DeleteStmt' in node ? node.DeleteStmt : undefined
    if (change === undefined) return
    const table = schema.table(nameOfRange(change.relation))
    if (!schema.isOld(table) || smallTables.has(table.name.name)) return
    const sources =
      'UpdateStmt' in node
        ? node.UpdateStmt.fromClause
        : 'DeleteStmt' in node
          ? node.DeleteStmt.usingClause
          : []
    const isBounded =
      boundsSources(sources ?? []) ||
      (change.withClause?.ctes ?? []).some(
        (one) => 'CommonTableExpr' in one && isSmall(one.CommonTableExpr.ctequery),
      )
    if (isBounded || !conditions(change.whereClause).every((one) => touchesMost(one))) return
    const name = nameOf(table)
    const verb = 'UpdateStmt' in node ? 'UPDATE' : 'DELETE'
    yield {
      table,
      start: statement.start,
      end: statement.end,
      confidence: 'likely',
      message: `This ${verb} goes over all of ${name} in one transaction (unless the table is small): its rows stay locked until the end, and vacuum can clean up nothing meanwhile.`,
      fix: `Outside the migration, in batches that commit: repeat ${verb} ${verb === 'UPDATE' ? `${name} SET …` : `FROM ${name}`} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${name} WHERE … LIMIT 5000)); until no row is left. Tables that are small: name them in the settings.`,
    }
  },
}

function conditions(where: Node | undefined): Node[] {
  if (where === undefined) return []
  if ('BoolExpr' in where && where.BoolExpr.boolop === 'AND_EXPR')
    return (where.BoolExpr.args ?? []).flatMap(conditions)
  return [where]
}

/** A condition that leaves most of a table in: on nulls, on two columns, `true`. */
function touchesMost(node: Node): boolean {
  if ('NullTest' in node) return true
  if ('A_Const' in node) return node.A_Const.boolval?.boolval === true
  if (!('A_Expr' in node)) return false
  const { kind, lexpr, rexpr } = node.A_Expr
  if (kind !== 'AEXPR_OP' && kind !== 'AEXPR_DISTINCT') return false
  if (lexpr === undefined || rexpr === undefined) return false
  if ('A_Const' in lexpr && 'A_Const' in rexpr) return true
  return 'ColumnRef' in lexpr && 'ColumnRef' in rexpr
}

/** Joined with a list of values, or with so many rows as a LIMIT leaves. */
const boundsSources = (sources: readonly Node[]): boolean =>
  sources.some((one) => 'RangeSubselect' in one && isSmall(one.RangeSubselect.subquery))

function isSmall(query: Node | undefined): boolean {
  if (query === undefined || !('SelectStmt' in query)) return false
  const select: SelectStmt = query.SelectStmt
  return select.limitCount !== undefined || (select.valuesLists ?? []).length > 0
}
