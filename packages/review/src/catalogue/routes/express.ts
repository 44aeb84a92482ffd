/** Routes of Express, Koa's router and Hono: calls on an application or router, and routers mounted into each other. */
import type { Program } from '../../program.js'
import {
  argumentsOf,
  calleeOf,
  isFunction,
  memberName,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../syntax/nodes.js'
import { constantOf } from '../../values/constants.js'
import type { Framework, Route } from './route.js'

const METHODS = 'get|post|put|patch|delete|all|options|head'
const ROUTES: readonly (readonly [Framework, string, RegExp, RegExp])[] = [
  ['express', 'express', new RegExp(`^express:\\(\\)\\.(${METHODS})$`), /^express:\(\)\.(use)$/],
  [
    'hono',
    'hono',
    new RegExp(`^hono:Hono\\.new\\.(${METHODS}|on|openapi)$`),
    /^hono:Hono\.new\.(use|route|mount)$/,
  ],
  [
    'koa',
    'koa',
    new RegExp(`^@koa/router:Router\\.new\\.(${METHODS})$`),
    /^(?:@koa\/router:Router|koa:)\.?new\.(use)$/,
  ],
]
const DEPTH_MAX = 8

interface Registration {
  readonly framework: Framework
  readonly library: string
  readonly method: string
  readonly call: CallNode
  /** Where the router or application that it is made on was created; what tells routers apart. */
  readonly owner: Node | undefined
  readonly path: string
  /** Arguments behind the path. */
  readonly rest: readonly Node[]
}

/** Every route that is registered by a call on a router. */
export function routerRoutes(program: Program): readonly Route[] {
  const routes: Registration[] = []
  const mounts: Registration[] = []
  for (const call of program.calls()) {
    if (call.type !== 'CallExpression') continue
    for (const callee of program.callees(call)) {
      for (const [framework, library, route, mount] of ROUTES) {
        const method = route.exec(callee.key)?.[1]
        if (method !== undefined) {
          const found = registration(program, framework, library, method, call)
          // `app.get('setting')` reads a setting.
          if (found.rest.length > 0) routes.push(found)
        } else if (mount.test(callee.key)) mounts.push(registration(program, framework, library, 'use', call))
      }
    }
  }
  return routes.map((found) => routeOf(program, found, mounts))
}

function registration(
  program: Program,
  framework: Framework,
  library: string,
  method: string,
  call: CallNode,
): Registration {
  const given = [...argumentsOf(call)]
  const chain = routeChain(call)
  const first = chain ?? given[0]
  const constant = first ? constantOf(program.values, first) : undefined
  const hasPath = chain !== undefined || typeof constant === 'string' || isPathExpression(program, first)
  const path = typeof constant === 'string' ? constant : hasPath ? '?' : ''
  const on = method === 'on' && given[0] ? constantOf(program.values, given[0]) : undefined
  if (method === 'on') {
    const place = given[1] ? constantOf(program.values, given[1]) : undefined
    return {
      framework,
      library,
      method: typeof on === 'string' ? on.toLowerCase() : 'all',
      call,
      owner: ownerOf(program, call),
      path: typeof place === 'string' ? place : '?',
      rest: given.slice(2),
    }
  }
  return {
    framework,
    library,
    method,
    call,
    owner: ownerOf(program, call),
    path,
    rest: hasPath && chain === undefined ? given.slice(1) : given,
  }
}

/** The path of `router.route('/x').get(h)`. */
function routeChain(call: CallNode): Node | undefined {
  let callee = unwrap(calleeOf(call))
  while (callee.type === 'MemberExpression') {
    const object = unwrap(callee.object)
    if (object.type !== 'CallExpression') return undefined
    const inner = unwrap(object.callee)
    if (inner.type === 'MemberExpression' && memberName(inner) === 'route' && object.arguments.length === 1)
      return object.arguments[0]
    callee = inner
  }
  return undefined
}

function isPathExpression(program: Program, node: Node | undefined): boolean {
  if (!node) return false
  const inner = unwrap(node)
  if (
    inner.type === 'TemplateLiteral' ||
    inner.type === 'BinaryExpression' ||
    (inner.type === 'Literal' && 'regex' in inner)
  )
    return true
  return (
    inner.type === 'ArrayExpression' &&
    inner.elements.every((element) => element && typeof constantOf(program.values, element) === 'string')
  )
}

/** The expression that made the router which the call is on. */
function ownerOf(program: Program, call: CallNode): Node | undefined {
  const callee = unwrap(calleeOf(call))
  return callee.type === 'MemberExpression' ? originOf(program, callee.object) : undefined
}

function originOf(program: Program, node: Node): Node | undefined {
  const [value] = program.outside(node)
  let found = value
  // `app.use(x).get(…)`: the chain goes back to what it began with.
  for (let from = value?.from; from; from = from.from) if (from.key === value?.key) found = from
  return found?.site
}

function routeOf(program: Program, found: Registration, mounts: readonly Registration[]): Route {
  const before: Node[] = found.rest.slice(0, -1).flatMap(listed)
  let path = found.path
  let owner = found.owner
  let until: Node = found.call
  for (let depth = 0; owner && depth < DEPTH_MAX; depth += 1) {
    const here = owner
    for (const mount of mounts) {
      // Middleware counts where it is registered before, for paths that this one lies under.
      if (mount.owner !== here || !precedes(program, mount.call, until) || !isUnder(path, mount.path))
        continue
      before.push(...mount.rest.flatMap(listed).filter((node) => !isRouter(program, node)))
    }
    const outer = mounts.find((mount) =>
      mount.rest.flatMap(listed).some((node) => isRouter(program, node) && originOf(program, node) === here),
    )
    if (!outer || outer.owner === here) break
    before.push(...outer.rest.flatMap(listed).filter((node) => !isRouter(program, node)))
    path = joined(outer.path, path)
    until = outer.call
    owner = outer.owner
  }
  return {
    framework: found.framework,
    major: program.majorOf(found.call, found.library),
    method: found.method,
    path,
    node: found.call,
    handlers: found.rest
      .slice(-1)
      .flatMap((node) => listed(node))
      .slice(-1)
      .flatMap((node) => handlersOf(program, node)),
    before,
  }
}

function isRouter(program: Program, node: Node): boolean {
  return program
    .keys(node)
    .some(
      (key) => key === 'express:()' || key === 'hono:Hono.new' || key.startsWith('@koa/router:Router.new'),
    )
}

/** Elements of lists of middleware, and what is registered alone. */
function listed(node: Node): readonly Node[] {
  const inner = unwrap(node)
  if (inner.type === 'ArrayExpression')
    return inner.elements.flatMap((element) => (element ? listed(element) : []))
  return inner.type === 'SpreadElement' ? listed(inner.argument) : [inner]
}

function precedes(program: Program, a: Node, b: Node): boolean {
  return program.moduleOf(a) !== program.moduleOf(b) || a.start < b.start
}

function isUnder(path: string, mount: string): boolean {
  const prefix = mount.replace(/\/?\*.*$/, '').replace(/\/$/, '')
  return prefix === '' || prefix === '?' || path === prefix || path.startsWith(`${prefix}/`)
}

/** Two parts of a path with one slash between them. */
export function joined(prefix: string, path: string): string {
  const left = prefix.replace(/\/$/, '')
  const right = path === '/' ? '' : path.replace(/^\/?/, '/')
  return path === '' ? left : `${left}${right}` || '/'
}

/** Functions that an expression given as a handler is, wrappers and `bind` seen through. */
export function handlersOf(program: Program, node: Node): readonly FunctionNode[] {
  return program.values
    .evaluate(node)
    .flatMap((value) => (value.kind === 'function' && isFunction(value.node) ? [value.node] : []))
}
