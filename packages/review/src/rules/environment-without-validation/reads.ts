/** Reads of environment variables: `process.env.X`, `const { X } = process.env`, of `process` of any import. */
import type { Program } from '../../program.js'
import { keyName, memberName, wrapped, type Node } from '../../syntax/nodes.js'

export interface EnvironmentRead {
  readonly node: Node
  readonly name: string
  /** Whether the code knows what to do without it: `?? 'x'`, `|| 3000`, a default of a pattern, a comparison. */
  readonly hasDefault: boolean
}

const isEnvironment = (program: Program, node: Node): boolean =>
  program
    .keys(node)
    .some((key) => key === 'global:process.env' || key === 'process:env' || key === 'global:import.meta.env')

export function environmentReads(program: Program): readonly EnvironmentRead[] {
  const reads: EnvironmentRead[] = []
  for (const node of program.nodes('MemberExpression')) {
    const name = memberName(node)
    if (name === undefined || !/^[A-Za-z_]\w*$/.test(name) || !mentionsEnvironment(node.object)) continue
    if (!isEnvironment(program, node.object) || isWritten(node)) continue
    reads.push({ node, name, hasDefault: standsIn(node) })
  }
  for (const declarator of program.nodes('VariableDeclarator')) {
    const { id, init } = declarator
    if (id.type !== 'ObjectPattern' || !init || !mentionsEnvironment(init) || !isEnvironment(program, init))
      continue
    for (const property of id.properties) {
      if (property.type !== 'Property') continue
      const name = keyName(property.key, property.computed)
      if (name !== undefined)
        reads.push({ node: property, name, hasDefault: property.value.type === 'AssignmentPattern' })
    }
  }
  return reads.toSorted((a, b) => compare(program, a.node, b.node))
}

/** Cheap, before anything is evaluated: a name, or something's `env`. */
const mentionsEnvironment = (node: Node): boolean =>
  node.type === 'Identifier' || (node.type === 'MemberExpression' && memberName(node) === 'env')

function compare(program: Program, a: Node, b: Node): number {
  const [left, right] = [program.moduleOf(a).path, program.moduleOf(b).path]
  if (left !== right) return left < right ? -1 : 1
  return a.start - b.start
}

const isWritten = (node: Node): boolean => {
  const { parent } = node
  return (
    (parent?.type === 'AssignmentExpression' && parent.left === node) ||
    (parent?.type === 'UnaryExpression' && parent.operator === 'delete')
  )
}

/** Where it stands tells that it may be missing. */
function standsIn(node: Node): boolean {
  const own = wrapped(node)
  const outer = own.parent
  if (outer?.type === 'LogicalExpression')
    return outer.left === own ? outer.operator !== '&&' : standsIn(outer)
  if (outer?.type === 'BinaryExpression') return true
  if (outer?.type === 'UnaryExpression') return outer.operator === '!'
  return (outer?.type === 'ConditionalExpression' || outer?.type === 'IfStatement') && outer.test === own
}
