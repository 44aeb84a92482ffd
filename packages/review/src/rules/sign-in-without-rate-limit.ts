/**
 * Sign-in without a limit: a route where passwords, codes or keys can be guessed, with nothing before it or in it that counts tries. Limits of
 * the route, of its router, plugin, controller and of the whole application count, those of libraries and of one's own, and lockouts that the
 * handler keeps itself.
 */
import { routesOf } from '../catalogue/routes/routes.js'
import type { Route } from '../catalogue/routes/route.js'
import type { Program } from '../program.js'
import type { Rule } from '../rule.js'
import type { FunctionNode, Node } from '../syntax/nodes.js'
import { isLimited } from './sign-in-without-rate-limit/limits.js'

export const signInWithoutRateLimit: Rule = {
  id: 'sign-in-without-rate-limit',
  title: 'Sign-in without a rate limit',
  severity: 'critical',
  check(program, report) {
    for (const route of routesOf(program)) {
      const what = guessableAt(program, route)
      if (what === undefined || isLimited(program, route, reachedFrom(program, route.handlers))) continue
      report({
        at: route.node,
        message: `${route.method.toUpperCase()} ${route.path} ${what}, and nothing limits how often somebody may try.`,
        path: [program.step(first(route.node), 'the route, and nothing before it that counts')],
        fix: FIXES[route.framework],
        confidence: 'likely',
      })
    }
  },
}

const FIXES: Readonly<Record<Route['framework'], string>> = {
  express:
    'Put a limiter before it: `rateLimit({ windowMs: 15 * 60_000, limit: 10 })` of express-rate-limit, in a shared store, and one by account beside the one by address.',
  fastify:
    "Give the route `config: { rateLimit: { max: 10, timeWindow: '15 minutes' } }` with @fastify/rate-limit registered, and count by account too.",
  nest: 'Use `@UseGuards(ThrottlerGuard)` with `@Throttle({ default: { limit: 10, ttl: 900_000 } })`, or the guard as APP_GUARD, and count by account too.',
  hono: 'Put a limiter before it (hono-rate-limiter with a shared store), and count by account too.',
  koa: 'Put a limiter before it (koa-ratelimit with a shared store), and count by account too.',
}

const SIGN_IN = /(?:^|[/_-])(?:log-?in|sign-?in|authenticate)$/i
/** Paths that are sign-in where the handler compares a secret. */
const SESSION = /(?:^|\/)(?:sessions?|tokens?|auth|otp|verify|2fa|mfa|unlock|staff|admin)(?:$|\/)/i
/** The caller is known already. */
const OTHERWISE = /password|confirm|delete|profile|settings|logout|sign-?out|refresh/i

const COMPARES =
  /^(?:bcrypt|bcryptjs|@node-rs\/bcrypt):(?:compare|compareSync|verify|verifySync)$|^(?:argon2|@node-rs\/argon2):verify(?:Sync)?$|^crypto:(?:timingSafeEqual|scrypt|scryptSync|pbkdf2|pbkdf2Sync)$|^passport:(?:Passport\.)?authenticate$/

/** What can be guessed at the route; undefined where it is none that lets somebody in. */
function guessableAt(program: Program, route: Route): string | undefined {
  if (route.method !== 'post' && route.method !== 'put' && route.method !== 'all') return undefined
  const path = route.path.replace(/\/$/, '')
  if (SIGN_IN.test(path)) return 'lets people sign in'
  const end = path.split('/').slice(-2).join('/')
  if (OTHERWISE.test(path) || (!SESSION.test(end) && !/\/(?:auth|login|sessions?)\//i.test(path)))
    return undefined
  const compares = [...reachedFrom(program, writtenHere(program, route))].some((fn) =>
    program.callsWithin(fn).some((call) => program.callees(call).some(({ key }) => COMPARES.test(key))),
  )
  return compares ? 'compares a secret that the request brings' : undefined
}

/** What stands in the registration itself: a wrapper around handlers (`wrap(async (req, res) => …)`) is called with all of them. */
function writtenHere(program: Program, route: Route): readonly FunctionNode[] {
  const { byType } = program.moduleOf(route.node).tree
  const own = FUNCTIONS.flatMap((type) => (byType.get(type) ?? []) as FunctionNode[]).filter(
    (fn) => fn.start >= route.node.start && fn.end <= route.node.end,
  )
  return own.length > 0 ? own : route.handlers
}

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']

const DEPTH_MAX = 4

/** The functions and what they call in this code. */
function reachedFrom(program: Program, handlers: readonly FunctionNode[]): ReadonlySet<FunctionNode> {
  const reached = new Set(handlers)
  let layer: readonly FunctionNode[] = handlers
  for (let depth = 0; depth < DEPTH_MAX && layer.length > 0; depth += 1) {
    layer = layer.flatMap((fn) => program.calledBy(fn)).filter((fn) => !reached.has(fn))
    for (const fn of layer) reached.add(fn)
  }
  return reached
}

/** A controller's method is shown by its name. */
const first = (node: Node): Node => (node.type === 'MethodDefinition' ? node.key : node)
