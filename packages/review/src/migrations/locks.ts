/** Which tables a statement takes a lock on that makes writers, or all, wait (SHARE and stronger), by the manual's table of locks. */
import type { AlterTableCmd, Node } from 'libpg-query'
import { nameOfObject, nameOfRange, type Name } from './names.js'

/** Commands of ALTER TABLE that take SHARE UPDATE EXCLUSIVE only. */
const WEAK: ReadonlySet<string> = new Set([
  'AT_ValidateConstraint',
  'AT_SetStatistics',
  'AT_SetRelOptions',
  'AT_ResetRelOptions',
  'AT_SetOptions',
  'AT_ResetOptions',
  'AT_ClusterOn',
  'AT_DropCluster',
  'AT_AttachPartition',
])

/** The tables by name and the lock; undefined where the statement takes no such lock. */
export function strongLock(
  node: Node,
): { readonly names: readonly Name[]; readonly lock: string } | undefined {
  const exclusive = 'ACCESS EXCLUSIVE'
  if ('AlterTableStmt' in node && node.AlterTableStmt.objtype === 'OBJECT_TABLE') {
    const cmds = (node.AlterTableStmt.cmds ?? []).flatMap((one) =>
      'AlterTableCmd' in one ? [one.AlterTableCmd] : [],
    )
    const strong = cmds.filter((cmd) => !isWeak(cmd))
    if (strong.length === 0) return undefined
    const lock = strong.every(isForeignKey) ? 'SHARE ROW EXCLUSIVE' : exclusive
    return { names: [nameOfRange(node.AlterTableStmt.relation)], lock }
  }
  if ('IndexStmt' in node && node.IndexStmt.concurrent !== true)
    return { names: [nameOfRange(node.IndexStmt.relation)], lock: 'SHARE' }
  if ('DropStmt' in node && node.DropStmt.removeType === 'OBJECT_TABLE')
    return { names: (node.DropStmt.objects ?? []).map((one) => nameOfObject(one)), lock: exclusive }
  if ('RenameStmt' in node && isRenameOfTable(node.RenameStmt.renameType, node.RenameStmt.relationType))
    return { names: [nameOfRange(node.RenameStmt.relation)], lock: exclusive }
  if ('TruncateStmt' in node)
    return { names: (node.TruncateStmt.relations ?? []).map((one) => nameOfObject(one)), lock: exclusive }
  if ('LockStmt' in node && (node.LockStmt.mode ?? 0) >= 5)
    return { names: (node.LockStmt.relations ?? []).map((one) => nameOfObject(one)), lock: 'explicit' }
  if ('CreateTrigStmt' in node)
    return { names: [nameOfRange(node.CreateTrigStmt.relation)], lock: 'SHARE ROW EXCLUSIVE' }
  if ('CreatePolicyStmt' in node)
    return { names: [nameOfRange(node.CreatePolicyStmt.table)], lock: exclusive }
  if ('ClusterStmt' in node && node.ClusterStmt.relation !== undefined)
    return { names: [nameOfRange(node.ClusterStmt.relation)], lock: exclusive }
  return undefined
}

function isWeak({ subtype, def }: AlterTableCmd): boolean {
  if (WEAK.has(subtype ?? '')) return true
  return (
    subtype === 'AT_DetachPartition' &&
    def !== undefined &&
    'PartitionCmd' in def &&
    def.PartitionCmd.concurrent === true
  )
}

const isForeignKey = ({ subtype, def }: AlterTableCmd): boolean =>
  subtype === 'AT_AddConstraint' &&
  def !== undefined &&
  'Constraint' in def &&
  def.Constraint.contype === 'CONSTR_FOREIGN'

const isRenameOfTable = (kind: string | undefined, of: string | undefined): boolean =>
  kind === 'OBJECT_TABLE' ||
  (kind === 'OBJECT_COLUMN' && of === 'OBJECT_TABLE') ||
  kind === 'OBJECT_TABCONSTRAINT'
