/** Which JwtModule stands behind a JwtService in Nest, and what it says by default. */
import type { Program } from '../../program.js'
import {
  argumentAt,
  enclosingClass,
  isClass,
  isFunction,
  isWithin,
  keyName,
  type CallNode,
  type Node,
} from '../../syntax/nodes.js'
import { settingOf } from '../../values/options.js'

const REGISTRATION = /^@nestjs\/jwt:JwtModule\.register(?:Async)?$/

interface Registration {
  readonly call: CallNode
  /** Objects of options that it may have; empty where they are not known. */
  readonly options: readonly Node[]
  /** The `@Module` that imports it. */
  readonly module: Node | undefined
}

/** The registration without an expiry that the call signs with; undefined where it has one or is not known. */
export function nestDefault(
  program: Program,
  sign: CallNode,
): { registration: CallNode; hasKey: boolean } | undefined {
  const all = registrationsOf(program)
  const owner = enclosingClass(sign)
  const near = all.filter(({ module }) => owner && module && provides(program, module, owner))
  const candidates = near.length > 0 ? near : all
  if (candidates.length === 0) return undefined
  for (const { options } of candidates) {
    if (options.length === 0 || options.some((node) => expiryOf(program, node) !== 'absent')) return undefined
  }
  const { call, options } = candidates[0]!
  const hasKey = ['secret', 'privateKey', 'secretOrPrivateKey'].some((name) =>
    options.some((node) => settingOf(program, node, name).state === 'set'),
  )
  return { registration: call, hasKey }
}

const known = new WeakMap<Program, readonly Registration[]>()

function registrationsOf(program: Program): readonly Registration[] {
  let found = known.get(program)
  if (!found) known.set(program, (found = [...findRegistrations(program)]))
  return found
}

function* findRegistrations(program: Program): Generator<Registration> {
  for (const call of program.calls()) {
    if (!program.callees(call).some(({ key }) => REGISTRATION.test(key))) continue
    const given = argumentAt(call, 0)
    const isAsync = program.callees(call).some(({ key }) => key.endsWith('Async'))
    const module = [...moduleDecorators(program)].find((decorator) => isWithin(call, decorator))
    const options = isAsync ? factoryResults(program, given) : given ? [given] : []
    yield { call, options, module }
  }
}

/** What `useFactory` or `useClass` gives. */
function factoryResults(program: Program, options: Node | undefined): readonly Node[] {
  const factory = settingOf(program, options, 'useFactory')
  const byClass = settingOf(program, options, 'useClass')
  const makers = [
    ...(factory.state === 'set' ? factory.values : []),
    ...(byClass.state === 'set' ? byClass.values.flatMap((node) => optionsMethods(program, node)) : []),
  ]
  return makers
    .flatMap((node) =>
      isFunction(node)
        ? [node]
        : program.values.evaluate(node).flatMap((value) => (value.kind === 'function' ? [value.node] : [])),
    )
    .flatMap((fn) =>
      program.values.returned(fn).flatMap((value) => (value.kind === 'object' ? [value.node] : [])),
    )
}

function optionsMethods(program: Program, node: Node): readonly Node[] {
  return program.values.evaluate(node).flatMap((value) => {
    if (value.kind !== 'class') return []
    return value.node.body.body.flatMap((element) =>
      element.type === 'MethodDefinition' && keyName(element.key, element.computed) === 'createJwtOptions'
        ? [element.value as Node]
        : [],
    )
  })
}

function expiryOf(program: Program, options: Node): 'absent' | 'other' {
  const sign = settingOf(program, options, 'signOptions')
  if (sign.state === 'absent') return 'absent'
  if (sign.state === 'unknown') return 'other'
  const said = sign.values.map((value) => settingOf(program, value, 'expiresIn').state)
  return said.every((state) => state === 'absent') ? 'absent' : 'other'
}

function* moduleDecorators(program: Program): Generator<CallNode> {
  for (const decorator of program.nodes('Decorator')) {
    const call = decorator.expression
    if (
      call.type === 'CallExpression' &&
      program.callees(call).some(({ key }) => key === '@nestjs/common:Module')
    )
      yield call
  }
}

/** Whether the `@Module(…)` lists the class as a provider or controller. */
function provides(program: Program, module: Node, owner: Node): boolean {
  if (module.type !== 'CallExpression') return false
  return ['providers', 'controllers'].some((name) => {
    const list = settingOf(program, argumentAt(module, 0), name)
    if (list.state !== 'set') return false
    return list.values
      .flatMap((value) => (value.type === 'ArrayExpression' ? value.elements : []))
      .some(
        (element) =>
          element !== null &&
          program.values
            .evaluate(element)
            .some((value) => value.kind === 'class' && isClass(value.node) && value.node === owner),
      )
  })
}
