/** Routes of Fastify: registered on an instance or a plugin's, with hooks of the route, the plugin and the plugins around it. */
import type { Program } from '../../program.js'
import {
  argumentAt,
  calleeOf,
  enclosingFunction,
  propertyOf,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../syntax/nodes.js'
import { constantOf } from '../../values/constants.js'
import { handlersOf, joined } from './express.js'
import type { Route } from './route.js'

const HOOKS = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'config']
const DEPTH_MAX = 8

export function fastifyRoutes(program: Program): readonly Route[] {
  const routes: Route[] = []
  const registrations = callsOf(program, /^fastify:\(\)\.register$/)
  const hooks = [...callsOf(program, /^fastify:\(\)\.addHook$/), ...registrations]
  for (const call of callsOf(
    program,
    /^fastify:\(\)\.(?:get|post|put|patch|delete|all|options|head|route)$/,
  )) {
    const found = own(program, call)
    if (!found) continue
    const before = [...found.before]
    let path = found.path
    for (
      let scope: FunctionNode | undefined = enclosingFunction(call), depth = 0;
      depth < DEPTH_MAX;
      depth += 1
    ) {
      before.push(
        ...hooks.filter((hook) => enclosingFunction(hook) === scope).flatMap((hook) => hookOf(hook)),
      )
      const inside = scope
      const outer = inside && registrations.find((one) => registers(program, one, inside))
      if (!outer) break
      const prefix = propertyOf(argumentAt(outer, 1), 'prefix')
      const constant = prefix && constantOf(program.values, prefix)
      if (prefix) path = joined(typeof constant === 'string' ? constant : '?', path)
      scope = enclosingFunction(outer)
    }
    routes.push({ ...found, path, before })
  }
  return routes
}

function own(program: Program, call: CallNode): Route | undefined {
  const callee = unwrap(calleeOf(call))
  const method =
    callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : 'all'
  const isRoute = method === 'route'
  const options = isRoute ? argumentAt(call, 0) : argumentAt(call, 1)
  const first = isRoute ? propertyOf(options, 'url') : argumentAt(call, 0)
  if (!first) return undefined
  const path = constantOf(program.values, first)
  const last = isRoute
    ? undefined
    : [2, 1].map((index) => argumentAt(call, index)).find((node) => node !== undefined)
  const handler = last && last.type !== 'ObjectExpression' ? last : propertyOf(options, 'handler')
  const written = isRoute ? propertyOf(options, 'method') : undefined
  const verb = written ? constantOf(program.values, written) : undefined
  return {
    framework: 'fastify',
    major: program.majorOf(call, 'fastify'),
    method: isRoute ? (typeof verb === 'string' ? verb.toLowerCase() : 'all') : method,
    path: typeof path === 'string' ? path : '?',
    node: call,
    handlers: handler ? handlersOf(program, handler) : [],
    before: HOOKS.flatMap((name) => propertyOf(options, name) ?? []),
  }
}

function callsOf(program: Program, key: RegExp): readonly CallNode[] {
  return program
    .calls()
    .filter(
      (call) =>
        call.type === 'CallExpression' && program.callees(call).some((callee) => key.test(callee.key)),
    )
}

/** What a hook runs, or the plugin that is registered: `register(rateLimit, …)` stands before every route of its instance. */
function hookOf(call: CallNode): readonly Node[] {
  const callee = unwrap(calleeOf(call))
  const isRegister =
    callee.type === 'MemberExpression' &&
    callee.property.type === 'Identifier' &&
    callee.property.name === 'register'
  const given = argumentAt(call, isRegister ? 0 : 1)
  return given ? [given] : []
}

function registers(program: Program, call: CallNode, plugin: FunctionNode): boolean {
  const given = argumentAt(call, 0)
  return given !== undefined && handlersOf(program, given).includes(plugin)
}
