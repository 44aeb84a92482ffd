/**
 * Functions of this code that hand a text on to a database: `const many = (sql, values) => pool.query(sql, values)`. Whoever calls one
 * runs SQL just as well, and there the text is known.
 */
import type { Program } from '../../program.js'
import { argumentAt, enclosingFunction, unwrap, type FunctionNode, type Node } from '../../syntax/nodes.js'
import { readSqlText } from '../sql-text.js'
import { fromText, stepName, type DatabaseCall } from './call.js'

const DEPTH_MAX = 3

/** All of them, with the calls of such functions and of functions around these, in whose place the text of the inner one is not known. */
export function withWrappers(program: Program, direct: readonly DatabaseCall[]): readonly DatabaseCall[] {
  const found = direct.map((one) =>
    callersOf(program, one).length === 0 ? one : { ...one, ...readSqlText(undefined) },
  )
  const seen = new Set<Node>()
  let layer = direct
  for (let depth = 0; depth < DEPTH_MAX && layer.length > 0; depth += 1) {
    layer = layer.flatMap((inner) => callersOf(program, inner).filter(({ call }) => !seen.has(call)))
    for (const { call } of layer) seen.add(call)
    found.push(...layer)
  }
  return found
}

function callersOf(program: Program, inner: DatabaseCall): readonly DatabaseCall[] {
  const text = inner.sql && unwrap(inner.sql)
  const fn = enclosingFunction(inner.call)
  if (text?.type !== 'Identifier' || !fn) return []
  const index = parameterOf(program, fn, text)
  if (index < 0) return []
  return program.callersOf(fn).flatMap((call) => {
    const sql = argumentAt(call, index)
    if (!sql) return []
    const { library, transaction } = inner
    return fromText(program, {
      call,
      library,
      method: ownName(fn) ?? stepName(call),
      sql,
      transaction,
      chain: [],
    })
  })
}

/** Which parameter of the function the name is; -1 where it is none. */
function parameterOf(program: Program, fn: FunctionNode, name: Node): number {
  const { bindings } = program.moduleOf(name)
  const binding = name.type === 'Identifier' ? bindings.of(name) : undefined
  if (!binding) return -1
  return fn.params.findIndex((parameter) => {
    const own = parameter.type === 'AssignmentPattern' ? parameter.left : parameter
    return own === binding.id
  })
}

/** What the function is called where it is written: callers may import it under another name. */
function ownName(fn: FunctionNode): string | undefined {
  if (fn.type !== 'ArrowFunctionExpression' && fn.id) return fn.id.name
  const outer = fn.parent
  return outer?.type === 'VariableDeclarator' && outer.id.type === 'Identifier' ? outer.id.name : undefined
}
