/** What Postgres refuses inside a transaction: the migration fails when it is deployed. */
import type { Node } from 'libpg-query'
import { WITHOUT_TRANSACTION } from '../migration.js'
import { oneLine, type MigrationRule } from '../rule.js'

export const concurrentlyInTransaction: MigrationRule = {
  id: 'concurrently-in-transaction',
  title: 'CONCURRENTLY inside a transaction',
  severity: 'high',
  *look({ statement, history, statements }) {
    const what = concurrent(statement.node)
    if (what === undefined || statement.inside === undefined) return
    // Flyway sees for itself that a file holds only such statements, and leaves the transaction out.
    if (
      history.tool === 'Flyway' &&
      statement.inside === 'wrapped' &&
      statements.every(({ node }) => concurrent(node) !== undefined || 'VariableSetStmt' in node)
    )
      return
    const why = {
      wrapped: `${history.tool} runs this migration in a transaction`,
      batch: 'the statements of this file are sent as one batch, which is a transaction',
      begun: 'a transaction was begun above',
      block: 'a DO block always runs in a transaction',
    }[statement.inside]
    yield {
      start: statement.start,
      end: statement.end,
      message: `${what} is refused inside a transaction, and ${why}: the deploy stops here.`,
      fix: `${WITHOUT_TRANSACTION[history.tool]}: ${oneLine(statement.sql)};`,
    }
  },
}

function concurrent(node: Node): string | undefined {
  if ('IndexStmt' in node) return node.IndexStmt.concurrent === true ? 'CREATE INDEX CONCURRENTLY' : undefined
  if ('DropStmt' in node) return node.DropStmt.concurrent === true ? 'DROP INDEX CONCURRENTLY' : undefined
  if ('ReindexStmt' in node) {
    const isConcurrent = (node.ReindexStmt.params ?? []).some(
      (one) => 'DefElem' in one && one.DefElem.defname === 'concurrently',
    )
    return isConcurrent ? 'REINDEX CONCURRENTLY' : undefined
  }
  if (!('AlterTableStmt' in node)) return undefined
  const detaches = (node.AlterTableStmt.cmds ?? []).some(
    (one) =>
      'AlterTableCmd' in one &&
      one.AlterTableCmd.subtype === 'AT_DetachPartition' &&
      one.AlterTableCmd.def !== undefined &&
      'PartitionCmd' in one.AlterTableCmd.def &&
      one.AlterTableCmd.def.PartitionCmd.concurrent === true,
  )
  return detaches ? 'DETACH PARTITION CONCURRENTLY' : undefined
}
