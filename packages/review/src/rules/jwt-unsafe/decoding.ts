/** Tokens of clients that are decoded where they had to be verified. */
import { wayOfRequest } from '../../catalogue/request-path.js'
import { requestSources } from '../../flow/sources.js'
import type { Program } from '../../program.js'
import type { Report } from '../../rule.js'
import {
  argumentAt,
  calleeOf,
  enclosingFunction,
  keyName,
  memberName,
  unwrap,
  wrapped,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../syntax/nodes.js'
import { settingOf } from '../../values/options.js'
import { initialiser } from '../../values/constants.js'

const DECODERS =
  /^(?:jsonwebtoken:decode|jose:decodeJwt|@nestjs\/jwt:JwtService\.new\.decode|hono\/(?:jwt:|utils\/jwt:Jwt\.|utils\/jwt\/jwt:)decode|jwt-decode:(?:jwtDecode|jwt_decode)?|fastify:\(\)\.jwt\.decode|fastify:Request\.jwtDecode|fast-jwt:createDecoder\(\))$/
const VERIFIERS =
  /^(?:jsonwebtoken:verify|jose:(?:jwtVerify|compactVerify|flattenedVerify|generalVerify)|@nestjs\/jwt:JwtService\.new\.verify(?:Async)?|hono\/.*jwt.*verify|fastify:\(\)\.jwt\.verify|fastify:Request\.jwtVerify|fast-jwt:createVerifier\(\)|google-auth-library:.*verifyIdToken|firebase-admin.*verifyIdToken|aws-jwt-verify:.*verify|crypto:(?:createHmac|timingSafeEqual|verify|createVerify)|global:crypto\.subtle\.verify)$/
/** Claims that say nothing about who somebody is. */
const HARMLESS: ReadonlySet<string> = new Set(['header', 'exp', 'iat', 'nbf', 'jti', 'kid', 'alg', 'iss'])

export function* unverifiedTokens(program: Program): Generator<Report> {
  for (const call of program.calls()) {
    const token = tokenOf(program, call)
    if (!token) continue
    const found = judged(program, call, token)
    if (found) yield found
  }
}

/** The token that a call takes apart. */
function tokenOf(program: Program, call: CallNode): Node | undefined {
  const keys = program.callees(call).map(({ key }) => key)
  if (keys.includes('fastify:Request.jwtDecode')) return unwrap(calleeOf(call))
  if (keys.some((key) => DECODERS.test(key))) return argumentAt(call, 0)
  if (keys.some((key) => key === 'global:Buffer.from' || key === 'global:atob'))
    return splitToken(program, argumentAt(call, 0))
  return undefined
}

/** `token` of `token.split('.')[1]`, also over `const [, payload] = token.split('.')`. */
function splitToken(program: Program, given: Node | undefined): Node | undefined {
  const node = given && unwrap(given)
  if (node?.type === 'MemberExpression' && memberName(node) === '1')
    return splitOf(initialOf(program, node.object))
  if (node?.type !== 'Identifier') return undefined
  const start = initialiser(program.values, node)
  if (start) return start.type === 'Identifier' ? undefined : splitToken(program, start)
  const declaration = program.moduleOf(node).bindings.of(node)
  const pattern = declaration?.id.parent
  if (pattern?.type !== 'ArrayPattern' || pattern.elements[1] !== declaration?.id) return undefined
  return pattern.parent?.type === 'VariableDeclarator' && pattern.parent.init
    ? splitOf(pattern.parent.init)
    : undefined
}

function initialOf(program: Program, node: Node): Node {
  return initialiser(program.values, unwrap(node)) ?? node
}

function splitOf(node: Node): Node | undefined {
  const call = unwrap(node)
  if (call.type !== 'CallExpression') return undefined
  const callee = unwrap(call.callee)
  if (callee.type !== 'MemberExpression' || memberName(callee) !== 'split') return undefined
  const separator = call.arguments[0]
  return separator?.type === 'Literal' && separator.value === '.' ? callee.object : undefined
}

function judged(program: Program, call: CallNode, token: Node): Report | undefined {
  if (isVerifiedBeside(program, call) || readsOnlyHarmless(program, call)) return undefined
  const [source] = requestSources(program, token)
  if (!source) return undefined
  return {
    at: call,
    message: `The token from ${source.what} is only decoded by ${program.shortOf(calleeOf(call))}, never verified: its claims are whatever the client wrote.`,
    fix: "Verify it and use what that gives: `jwt.verify(token, key, { algorithms: ['HS256'] })`, or `jwtVerify` of jose.",
    path: [...source.path, program.step(call, 'is decoded without a look at the signature')],
    confidence: wayOfRequest(program, call) === undefined ? 'likely' : 'certain',
  }
}

/** A verification in the same function, in what it calls, or in what calls it. */
function isVerifiedBeside(program: Program, call: CallNode): boolean {
  const fn = outermost(call)
  if (!fn) return false
  const around = [
    fn,
    ...program.calledBy(fn),
    ...program.callersOf(fn).flatMap((caller) => outermost(caller) ?? []),
  ]
  return around.some((some) => verifies(program, some))
}

function outermost(node: Node): FunctionNode | undefined {
  return enclosingFunction(node)
}

function verifies(program: Program, fn: FunctionNode): boolean {
  const calls = [fn, ...program.calledBy(fn)].flatMap((some) => program.callsWithin(some))
  return calls.some((call) => program.callees(call).some(({ key }) => VERIFIERS.test(key)))
}

/** Only the header, or times and ids of the token, are read of it. */
function readsOnlyHarmless(program: Program, call: CallNode): boolean {
  const reads = readsOf(program, call)
  return (
    (reads.length > 0 && reads.every((name) => name !== undefined && HARMLESS.has(name))) ||
    isWholeForHeader(program, call, reads)
  )
}

function isWholeForHeader(program: Program, call: CallNode, reads: readonly (string | undefined)[]): boolean {
  return (
    settingOf(program, argumentAt(call, 1), 'complete').state === 'set' &&
    reads.length > 0 &&
    !reads.includes('payload') &&
    !reads.includes(undefined)
  )
}

/** Names of the members that are read of the value; undefined among them where it goes elsewhere as a whole. */
function readsOf(program: Program, node: Node): readonly (string | undefined)[] {
  const outer = wrapped(node)
  const parent = outer.parent
  if (!parent) return []
  if (parent.type === 'AwaitExpression') return readsOf(program, parent)
  if (parent.type === 'MemberExpression' && parent.object === outer) return [memberName(parent)]
  if (parent.type === 'LogicalExpression' || parent.type === 'ConditionalExpression') {
    if (parent.type === 'ConditionalExpression' && parent.test === outer) return []
    return readsOf(program, parent)
  }
  if (
    parent.type === 'UnaryExpression' ||
    parent.type === 'IfStatement' ||
    parent.type === 'BinaryExpression'
  )
    return []
  if (parent.type !== 'VariableDeclarator' || parent.init !== outer) return [undefined]
  if (parent.id.type === 'ObjectPattern')
    return parent.id.properties.map((property) =>
      property.type === 'Property' ? keyName(property.key, property.computed) : undefined,
    )
  if (parent.id.type !== 'Identifier') return [undefined]
  const { bindings } = program.moduleOf(parent)
  const binding = bindings.of(parent.id)
  return binding
    ? bindings.references(binding).flatMap((reference) => readsOf(program, reference))
    : [undefined]
}
