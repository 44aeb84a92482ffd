/** Tokens that never expire: neither the options, nor the payload, nor the defaults of a plugin or module say when they end. */
import { constantOf } from '../../values/constants.js'
import { settingOf, type Setting } from '../../values/options.js'
import type { Program } from '../../program.js'
import type { Report } from '../../rule.js'
import {
  argumentAt,
  calleeOf,
  enclosingFunction,
  isWithin,
  memberName,
  unwrap,
  wrapped,
  type CallNode,
  type Node,
} from '../../syntax/nodes.js'
import { nestDefault } from './nest.js'

const JSONWEBTOKEN = /^jsonwebtoken:sign$/
const NEST = /^@nestjs\/jwt:JwtService\.new\.sign(?:Async)?$/
const FASTIFY = /^(?:fastify:\(\)\.jwt\.sign|fastify:Reply\.jwtSign|fast-jwt:createSigner)$/
const HONO = /^hono\/(?:jwt:|utils\/jwt:Jwt\.|utils\/jwt\/jwt:)sign$/
/** Links that have to work for as long as the mail lies in somebody's box. */
const LASTING = /unsubscribe|opt.?out/i

export function* endlessTokens(program: Program): Generator<Report> {
  const reported = new Set<Node>()
  for (const call of program.calls()) {
    const found = judged(program, call)
    if (!found || reported.has(found.at)) continue
    reported.add(found.at)
    yield found
  }
}

function judged(program: Program, call: CallNode): Report | undefined {
  for (const { key } of program.callees(call)) {
    if (JSONWEBTOKEN.test(key)) return endless(program, call, { options: [argumentAt(call, 2)] }, EXPIRES_IN)
    if (NEST.test(key)) return ofNest(program, call)
    if (FASTIFY.test(key)) return ofFastify(program, call, key)
    if (HONO.test(key)) return endless(program, call, { options: [] }, EXP)
    if (key === 'jose:SignJWT') return ofJose(program, call)
  }
  return undefined
}

const EXPIRES_IN =
  "Give it minutes to live: `{ expiresIn: '15m' }`, and renew by a refresh token that the database can revoke."
const EXP = 'Put the end into the payload: `exp: Math.floor(Date.now() / 1000) + 15 * 60`.'
const JOSE = "Say when it ends before `sign`: `.setExpirationTime('15m')`."

/** Options that may say `expiresIn`; an `exp` in the payload does as well. */
function endless(
  program: Program,
  call: CallNode,
  { options }: { readonly options: readonly (Node | undefined)[] },
  fix: string,
): Report | undefined {
  const said = options.map((node) => settingOf(program, node, 'expiresIn'))
  if (said.some(({ state }) => state !== 'absent')) return undefined
  const payload = argumentAt(call, 0)
  const exp = expiryOf(program, payload)
  if (exp.state === 'set' || isLasting(program, call)) return undefined
  const via = said.map((setting) => (setting.state === 'absent' ? setting.via : undefined)).find(Boolean)
  const assumed = exp.state === 'unknown'
  const but = assumed && payload ? ` (unless ${program.shortOf(payload)} brings an \`exp\`)` : ''
  const by = via ? `, as ${program.shortOf(calleeOf(via))} is called here without one` : ''
  return {
    at: call,
    message: `The token that ${program.shortOf(calleeOf(call))} makes never expires${by}${but}: whoever gets hold of it keeps it for ever.`,
    fix,
    confidence: assumed ? 'likely' : 'certain',
    path: [
      ...(via ? [program.step(via, 'gives no expiry')] : []),
      program.step(call, 'is signed without expiry'),
    ],
  }
}

/** `exp` of the payload. What is not known is taken to have none, unless the file speaks of one. */
function expiryOf(program: Program, payload: Node | undefined): Setting {
  const said = settingOf(program, payload, 'exp')
  if (said.state !== 'unknown') return said
  const { tree } = program.moduleOf(payload!)
  const spoken =
    (tree.byType.get('Property') ?? []).some(
      (node) => node.type === 'Property' && node.key.type === 'Identifier' && node.key.name === 'exp',
    ) ||
    (tree.byType.get('AssignmentExpression') ?? []).some(
      (node) =>
        node.type === 'AssignmentExpression' &&
        node.left.type === 'MemberExpression' &&
        memberName(node.left) === 'exp',
    )
  return spoken ? { state: 'set', values: [] } : said
}

function isLasting(program: Program, call: CallNode): boolean {
  const fn = enclosingFunction(call)
  const name =
    fn?.parent?.type === 'VariableDeclarator'
      ? program.textOf(fn.parent.id)
      : fn?.parent?.type === 'MethodDefinition'
        ? program.textOf(fn.parent.key)
        : fn?.type === 'FunctionDeclaration' && fn.id
          ? fn.id.name
          : ''
  const payload = argumentAt(call, 0)
  return LASTING.test(name) || (payload !== undefined && LASTING.test(program.textOf(payload)))
}

function ofNest(program: Program, call: CallNode): Report | undefined {
  const own = endless(program, call, { options: [argumentAt(call, 1)] }, EXPIRES_IN)
  if (!own) return undefined
  const module = nestDefault(program, call)
  if (!module) return undefined
  if (!module.hasKey) return own
  return {
    ...own,
    at: module.registration,
    message: `This JwtModule gives its tokens no expiry, and ${program.shortOf(calleeOf(call))} signs with it: whoever gets hold of one keeps it for ever.`,
    fix: "Give the module a default: `signOptions: { expiresIn: '15m' }`.",
    path: [program.step(module.registration, 'has no signOptions.expiresIn'), ...(own.path ?? [])],
  }
}

/** @fastify/jwt takes the defaults of its registration; without one in sight nothing is known. */
function ofFastify(program: Program, call: CallNode, key: string): Report | undefined {
  if (key.startsWith('fast-jwt')) {
    const options = argumentAt(call, 0)
    if (settingOf(program, options, 'expiresIn').state !== 'absent') return undefined
    return {
      at: call,
      message: `The tokens that this signer makes never expire: whoever gets hold of one keeps it for ever.`,
      fix: 'Give the signer `expiresIn: 15 * 60 * 1000`.',
      confidence: 'likely',
      path: [program.step(call, 'has no expiresIn')],
    }
  }
  const registrations = program
    .calls()
    .filter(
      (other) =>
        program.callees(other).some(({ key: callee }) => callee === 'fastify:().register') &&
        pluginKeys(program, other).some((plugin) => /^(?:@fastify\/jwt|fastify-jwt):/.test(plugin)),
    )
  if (registrations.length === 0) return undefined
  for (const registration of registrations) {
    const sign = settingOf(program, argumentAt(registration, 1), 'sign')
    if (sign.state === 'unknown') return undefined
    const values = sign.state === 'set' ? sign.values : []
    if (values.some((value) => settingOf(program, value, 'expiresIn').state !== 'absent')) return undefined
  }
  const options = argumentAt(call, 1)
  const nested = settingOf(program, options, 'sign')
  if (nested.state === 'unknown') return undefined
  const all = [options, ...(nested.state === 'set' ? nested.values : [])]
  return endless(program, call, { options: all }, EXPIRES_IN)
}

function pluginKeys(program: Program, call: CallNode): readonly string[] {
  const plugin = argumentAt(call, 0)
  return plugin ? program.keys(plugin) : []
}

/** `new SignJWT(payload)…sign(key)`, in one chain or over several statements. */
function ofJose(program: Program, construction: CallNode): Report | undefined {
  if (construction.type !== 'NewExpression') return undefined
  const { names, end } = chainOf(construction)
  const fn = enclosingFunction(construction)
  const inFunction = fn ? program.callsWithin(fn) : []
  const isKept = !names.includes('sign')
  const called = (name: string): boolean =>
    names.includes(name) || (isKept && inFunction.some((call) => methodOf(call) === name))
  if (!called('sign') || called('setExpirationTime')) return undefined
  const payload = argumentAt(construction, 0)
  const exp = expiryOf(program, payload)
  if (exp.state === 'set' || isLasting(program, construction)) return undefined
  const assumed = exp.state === 'unknown'
  return {
    at: construction,
    message: `The token made of ${payload ? program.shortOf(payload) : 'an empty payload'} never expires${assumed ? ' (unless the payload brings an `exp`)' : ''}: whoever gets hold of it keeps it for ever.`,
    fix: JOSE,
    confidence: assumed ? 'likely' : 'certain',
    path: [
      program.step(isWithin(construction, end) ? end : construction, 'is signed without setExpirationTime'),
    ],
  }
}

/** Methods called one after the other on the construction, and the last call. */
function chainOf(construction: CallNode): { names: readonly string[]; end: Node } {
  const names: string[] = []
  let end: Node = construction
  for (;;) {
    const member: Node | null | undefined = wrapped(end).parent
    if (member?.type !== 'MemberExpression' || unwrap(member.object) !== end) return { names, end }
    const call: Node | null | undefined = wrapped(member).parent
    const name = memberName(member)
    if (call?.type !== 'CallExpression' || name === undefined) return { names, end }
    names.push(name)
    end = call
  }
}

function methodOf(call: CallNode): string | undefined {
  const callee = unwrap(calleeOf(call))
  return callee.type === 'MemberExpression' ? memberName(callee) : undefined
}

/** `none` as an algorithm is no signature at all. */
export function isNone(program: Program, node: Node): boolean {
  const value = constantOf(program.values, node)
  return typeof value === 'string' && value.toLowerCase() === 'none'
}
