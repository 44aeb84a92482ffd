/** Whether something counts the tries at a route. */
import type { Route } from '../../catalogue/routes/route.js'
import type { Program } from '../../program.js'
import {
  argumentAt,
  argumentsOf,
  enclosingFunction,
  isFunction,
  propertyOf,
  unwrap,
  type FunctionNode,
  type Node,
} from '../../syntax/nodes.js'
import { constantOf } from '../../values/constants.js'

const LIBRARIES =
  /(?:^|[/@-])(?:rate-?limit(?:er)?|ratelimiter|slow-?down|express-brute|throttler|koa-ratelimit|bottleneck|limiter)(?:[-/:]|$)|rate-limit|rateLimit|RateLimit/
/** Names of limiters of one's own. */
const OWN = /rate_?limit|throttl|limiter|slow_?down|brute|lock_?out|failed_?attempts?|too_?many|attempts?/i

/** `reached`: the handlers and what they call. */
export function isLimited(program: Program, route: Route, reached: ReadonlySet<FunctionNode>): boolean {
  if (route.before.some((node) => lifts(program, node))) return false
  if (route.framework === 'fastify') {
    const own = rateLimitOf(program, route.node)
    if (own !== undefined) return own
    if (hasGlobalFastifyLimit(program)) return true
  }
  // The plugin by itself counts nothing where it is not global.
  const before = route.before.filter(
    (node) => !program.keys(node).some((key) => PLUGIN.test(key) && key.endsWith(':')),
  )
  if (before.some((node) => limits(program, node))) return true
  const refusing = refusingFunctions(program)
  for (const fn of reached) {
    if (refusing.has(fn)) return true
    if (program.callsWithin(fn).some((call) => program.callees(call).some(({ key }) => LIBRARIES.test(key))))
      return true
  }
  return false
}

/** `@SkipThrottle()`, whatever guard there is. */
const lifts = (program: Program, node: Node): boolean =>
  program.keys(node).some((key) => key.startsWith('@nestjs/throttler:SkipThrottle'))

/** A middleware, hook or guard that counts: by where it comes from, by its name, or since it answers 429. */
function limits(program: Program, node: Node): boolean {
  const parts = partsOf(program, node)
  return parts.some((part) => {
    if (program.keys(part).some((key) => LIBRARIES.test(key) && !key.includes('Throttle()'))) return true
    return program.values.evaluate(part).some((value) => {
      if (value.kind === 'function') return answersTooMany(program, value.node)
      if (value.kind === 'class' || value.kind === 'instance')
        return OWN.test(value.node.id?.name ?? '') || extendsLimiter(program, value.node.superClass)
      return false
    })
  })
}

const extendsLimiter = (program: Program, parent: Node | null | undefined): boolean =>
  parent !== null && parent !== undefined && program.keys(parent).some((key) => LIBRARIES.test(key))

/** The thing itself, and what is handed to it: `UseGuards(ThrottlerGuard)`, `{ provide: APP_GUARD, useClass: ThrottlerGuard }`, `[a, b]`. */
function partsOf(program: Program, node: Node, depth = 0): readonly Node[] {
  const inner = unwrap(node)
  if (depth > 3) return [inner]
  const deeper = (nodes: readonly (Node | null | undefined)[]): readonly Node[] => [
    inner,
    ...nodes.flatMap((one) => (one ? partsOf(program, one, depth + 1) : [])),
  ]
  switch (inner.type) {
    case 'CallExpression':
      return deeper(argumentsOf(inner))
    case 'ArrayExpression':
      return deeper(inner.elements)
    case 'ObjectExpression':
      return deeper(
        inner.properties.map((property) => (property.type === 'Property' ? property.value : null)),
      )
    default:
      return [inner]
  }
}

function answersTooMany(program: Program, fn: FunctionNode): boolean {
  const name = nameOf(fn)
  if (name !== undefined && OWN.test(name)) return true
  const refusing = refusingFunctions(program)
  return refusing.has(fn) || program.calledBy(fn).some((called) => refusing.has(called))
}

function nameOf(fn: FunctionNode): string | undefined {
  if (fn.type !== 'ArrowFunctionExpression' && fn.id) return fn.id.name
  const { parent } = fn
  return parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier' ? parent.id.name : undefined
}

const known = new WeakMap<Program, ReadonlySet<FunctionNode>>()

/** Functions that answer 429, or speak of too many tries. */
function refusingFunctions(program: Program): ReadonlySet<FunctionNode> {
  let found = known.get(program)
  if (!found) {
    const functions = new Set<FunctionNode>()
    for (const call of program.calls()) {
      const fn = argumentsOf(call).some(refuses) ? enclosingFunction(call) : undefined
      if (fn) functions.add(fn)
    }
    for (const member of program.nodes('MemberExpression')) {
      if (
        member.property.type !== 'Identifier' ||
        !/^(?:TOO_MANY_REQUESTS|TooManyRequests)$/.test(member.property.name)
      )
        continue
      const fn = enclosingFunction(member)
      if (fn) functions.add(fn)
    }
    known.set(program, (found = functions))
  }
  return found
}

/** `status(429)`, `new HttpException('Too many attempts', …)`. */
function refuses(given: Node): boolean {
  if (given.type !== 'Literal') return false
  return given.value === 429 || (typeof given.value === 'string' && TOO_MANY.test(given.value))
}

const TOO_MANY = /too many (?:tries|attempts|requests)|rate.?limit|account is locked|locked until/i

/** What the route itself says: `config: { rateLimit: … }`; undefined where it says nothing. */
function rateLimitOf(program: Program, registration: Node): boolean | undefined {
  if (registration.type !== 'CallExpression') return undefined
  for (const given of argumentsOf(registration)) {
    if (isFunction(given)) continue
    const object = objectOf(program, given)
    const config = object && propertyOf(object, 'config')
    const limit = config && propertyOf(objectOf(program, config), 'rateLimit')
    if (limit) return constantOf(program.values, limit) !== false
  }
  return undefined
}

function objectOf(program: Program, node: Node): Node | undefined {
  const inner = unwrap(node)
  if (inner.type === 'ObjectExpression') return inner
  const value = program.values.evaluate(inner).find((one) => one.kind === 'object')
  return value?.kind === 'object' ? value.node : undefined
}

const PLUGIN = /^(?:@fastify\/rate-limit|fastify-rate-limit):/

/** Registered without `global: false`, the plugin counts for every route. */
function hasGlobalFastifyLimit(program: Program): boolean {
  let has = globals.get(program)
  if (has === undefined) globals.set(program, (has = registersGlobally(program)))
  return has
}

const globals = new WeakMap<Program, boolean>()

function registersGlobally(program: Program): boolean {
  return program.calls().some((call) => {
    if (
      call.type !== 'CallExpression' ||
      !program.callees(call).some(({ key }) => key === 'fastify:().register')
    )
      return false
    const plugin = argumentAt(call, 0)
    if (!plugin || !program.keys(plugin).some((key) => PLUGIN.test(key))) return false
    const options = argumentAt(call, 1)
    const isGlobal = options && propertyOf(objectOf(program, options), 'global')
    return isGlobal === undefined || constantOf(program.values, isGlobal) !== false
  })
}
