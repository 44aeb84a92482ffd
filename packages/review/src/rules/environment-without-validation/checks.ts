/** Where the environment is checked: handed whole to a schema, or asked for by a function that refuses what is missing. */
import type { Module } from '../../modules/module.js'
import type { Program } from '../../program.js'
import {
  argumentAt,
  argumentsOf,
  enclosingFunction,
  propertyOf,
  unwrap,
  type Node,
} from '../../syntax/nodes.js'

/** Modules that check what they read. */
export function checkedModules(program: Program): ReadonlySet<Module> {
  const checked = new Set<Module>()
  for (const call of program.calls()) {
    if (argumentsOf(call).some((given) => isWhole(program, given)) || isNestConfiguration(program, call))
      checked.add(program.moduleOf(call))
  }
  for (const thrown of program.nodes('ThrowStatement')) {
    const module = program.moduleOf(thrown)
    if (!checked.has(module) && refusesMissing(program, thrown)) checked.add(module)
  }
  return checked
}

/** Whether the package of the module has such a one. */
export function hasCheckedConfiguration(module: Module, checked: ReadonlySet<Module>): boolean {
  return [...checked].some((one) => one.manifest === module.manifest && !one.isTest)
}

/** `schema.parse(process.env)`, also `{ ...process.env }`. */
function isWhole(program: Program, given: Node): boolean {
  const node = unwrap(given)
  if (node.type === 'ObjectExpression')
    return node.properties.some(
      (property) => property.type === 'SpreadElement' && isWhole(program, property.argument),
    )
  if (node.type !== 'MemberExpression' && node.type !== 'Identifier') return false
  return program.keys(node).some((key) => key === 'global:process.env' || key === 'process:env')
}

function isNestConfiguration(program: Program, call: Parameters<Program['callees']>[0]): boolean {
  if (!program.callees(call).some(({ key }) => key === '@nestjs/config:ConfigModule.forRoot')) return false
  const options = argumentAt(call, 0)
  return (
    options !== undefined &&
    (propertyOf(options, 'validationSchema') !== undefined || propertyOf(options, 'validate') !== undefined)
  )
}

/** A `throw` in a function or a module whose text reads the environment: it refuses to go on without. */
function refusesMissing(program: Program, thrown: Node): boolean {
  const fn = enclosingFunction(thrown)
  if (fn) return /\bprocess\.env\s*\[/.test(program.textOf(fn))
  for (let outer = thrown.parent; outer; outer = outer.parent)
    if (outer.type === 'IfStatement') return /\bprocess\.env\b|missing|required/i.test(program.textOf(outer))
  return false
}
