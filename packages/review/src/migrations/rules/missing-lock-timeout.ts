/** A strong lock that is waited for without bound: behind the waiting statement, everybody else queues. Said once a file. */
import { strongLock } from '../locks.js'
import type { MigrationRule, Scene } from '../rule.js'
import { nameOf, type Table } from '../schema.js'
import { setsTimeout } from '../timeouts.js'

export const missingLockTimeout: MigrationRule = {
  id: 'missing-lock-timeout',
  title: 'Strong lock without lock_timeout',
  severity: 'low',
  *look(scene) {
    const { statement, statements, schema } = scene
    if (scene.isLockTimeoutElsewhere || schema.hasLockTimeoutOfRole) return
    const found = lockedTable(scene)
    if (found === undefined) return
    const before = statements.slice(0, statements.indexOf(statement))
    if (before.some(({ node }) => setsTimeout(node)) || reported.get(statements) !== undefined) return
    reported.set(statements, true)
    const name = nameOf(found.table)
    yield {
      table: found.table,
      start: statement.start,
      end: statement.end,
      message: `This statement waits without bound for ${found.lock === 'explicit' ? 'its' : `its ${found.lock}`} lock on ${name}: behind one long query, every later statement on ${name} queues.`,
      fix: `Before it: SET ${statement.inside === undefined ? '' : 'LOCAL '}lock_timeout = '2s'; and let the deploy try again when it fails.`,
    }
  },
}

/** Keyed by the statements of a migration: what is remembered goes with them. */
const reported = new WeakMap<readonly unknown[], boolean>()

function lockedTable({ statement, schema }: Scene): { table: Table; lock: string } | undefined {
  const strong = strongLock(statement.node)
  for (const name of strong?.names ?? []) {
    const isGone =
      'DropStmt' in statement.node &&
      statement.node.DropStmt.missing_ok === true &&
      schema.find(name) === undefined
    if (isGone) continue
    const table = schema.table(name)
    if (schema.isOld(table)) return { table, lock: strong!.lock }
  }
  return undefined
}
