/** Whether a statement bounds how long the next ones wait for a lock. `statement_timeout` does too: waiting is part of the statement. */
import type { Node } from 'libpg-query'
import { stringsOf } from './names.js'

const BOUNDS: ReadonlySet<string> = new Set(['lock_timeout', 'statement_timeout'])

export function setsTimeout(node: Node): boolean {
  if ('VariableSetStmt' in node) {
    const { kind, name, args } = node.VariableSetStmt
    return kind === 'VAR_SET_VALUE' && BOUNDS.has(name?.toLowerCase() ?? '') && isMoreThanZero(args?.[0])
  }
  if (!('SelectStmt' in node)) return false
  return (node.SelectStmt.targetList ?? []).some((target) => {
    const call = 'ResTarget' in target ? target.ResTarget.val : undefined
    if (call === undefined || !('FuncCall' in call)) return false
    const [name, value] = call.FuncCall.args ?? []
    return (
      stringsOf(call.FuncCall.funcname).at(-1) === 'set_config' &&
      name !== undefined &&
      'A_Const' in name &&
      BOUNDS.has(name.A_Const.sval?.sval?.toLowerCase() ?? '') &&
      isMoreThanZero(value)
    )
  })
}

/** Zero means: wait for ever. */
function isMoreThanZero(value: Node | undefined): boolean {
  if (value === undefined || !('A_Const' in value)) return value !== undefined
  const { ival, sval } = value.A_Const
  return ival === undefined ? Number.parseFloat(sval?.sval ?? '1') !== 0 : (ival.ival ?? 0) !== 0
}
