/**
 * What runs while a client waits: the handlers of requests, what is written inside them, and the functions of this code that they call,
 * however far away. Start-up, scripts, schedules and workers of queues are not on it, unless a handler calls the same function.
 */
import type { Program } from '../program.js'
import type { Step } from '../finding.js'
import { calleeOf, enclosingFunction, type CallNode, type FunctionNode, type Node } from '../syntax/nodes.js'

/** What handlers are given, by which they are known. */
const REQUESTS =
  /^(?:express:Request|fastify:Request|hono:Context|koa:Context|http:IncomingMessage|next\/server:NextRequest\.new|next:NextApiRequest\.new|aws-lambda:APIGatewayProxyEvent(?:V2)?\.new)$/

/** Decorators of methods that answer requests. */
const HANDLER_DECORATORS =
  /^(?:@nestjs\/common:(?:Get|Post|Put|Patch|Delete|All|Head|Options|Search|Sse)|@nestjs\/graphql:(?:Query|Mutation|ResolveField|Subscription)|@nestjs\/websockets:SubscribeMessage|routing-controllers:(?:Get|Post|Put|Patch|Delete|All|Head)|type-graphql:(?:Query|Mutation|FieldResolver))(?:\(\))?$/

/** How a function comes to run for a request: called by another one, or the handler itself. */
export interface OnPath {
  readonly handler: FunctionNode
  /** The function that calls it or that it stands in; undefined for the handler. */
  readonly from?: FunctionNode
  /** The call, where it is called. */
  readonly call?: CallNode
}

/** Every function that runs while a client waits. */
export function requestPath(program: Program): ReadonlyMap<FunctionNode, OnPath> {
  let found = known.get(program)
  if (!found) known.set(program, (found = reach(program)))
  return found
}

const known = new WeakMap<Program, ReadonlyMap<FunctionNode, OnPath>>()

/** The same without what is reached only through calls and functions that `isSpared` names. */
export function requestPathSparing(
  program: Program,
  isSpared: (node: CallNode | FunctionNode) => boolean,
): ReadonlyMap<FunctionNode, OnPath> {
  return reach(program, isSpared)
}

/** The way from the handler to the function that the node stands in, as steps; undefined where no request leads there. */
export function wayOfRequest(
  program: Program,
  node: Node,
  path: ReadonlyMap<FunctionNode, OnPath> = requestPath(program),
): readonly Step[] | undefined {
  const fn = enclosingFunction(node)
  let at = fn && path.get(fn)
  if (!at) return undefined
  const steps: Step[] = []
  while (at?.from) {
    if (at.call) steps.unshift(program.step(at.call, `calls ${program.shortOf(calleeOf(at.call))}`))
    at = path.get(at.from)
  }
  const { handler } = at!
  return [program.step(namedPart(handler), 'handles a request'), ...steps]
}

/** The line on which the function begins, rather than all of it. */
function namedPart(fn: FunctionNode): Node {
  if (fn.parent?.type === 'MethodDefinition' || fn.parent?.type === 'Property') return fn.parent.key
  if (fn.type !== 'ArrowFunctionExpression' && fn.id) return fn.id
  return fn.params[0] ?? fn
}

function reach(
  program: Program,
  isSpared: (node: CallNode | FunctionNode) => boolean = () => false,
): Map<FunctionNode, OnPath> {
  const { inside, calls } = contents(program)
  const path = new Map<FunctionNode, OnPath>()
  const queue: FunctionNode[] = []
  const add = (fn: FunctionNode, on: OnPath): void => {
    if (path.has(fn) || isSpared(fn)) return
    path.set(fn, on)
    queue.push(fn)
  }
  for (const fn of program.functions()) if (isHandler(program, fn)) add(fn, { handler: fn })
  for (let fn = queue.shift(); fn; fn = queue.shift()) {
    const { handler } = path.get(fn)!
    for (const inner of inside.get(fn) ?? []) if (!isPutOff(program, inner)) add(inner, { handler, from: fn })
    for (const call of calls.get(fn) ?? []) {
      if (program.callees(call).some(({ key }) => TIMERS.test(key))) continue
      const targets = [...program.targets(call), ...program.handedOn(call)].filter((one) => !path.has(one))
      if (targets.length === 0 || isSpared(call)) continue
      for (const target of targets) add(target, { handler, from: fn, call })
    }
  }
  return path
}

/** Handed to a timer or to what runs in the background: nobody waits for it. */
function isPutOff(program: Program, fn: FunctionNode): boolean {
  const call = fn.parent
  return (
    call?.type === 'CallExpression' &&
    call.callee !== fn &&
    program.callees(call).some(({ key }) => TIMERS.test(key))
  )
}

const TIMERS =
  /^(?:global:(?:setTimeout|setInterval|setImmediate|queueMicrotask|process\.nextTick)|timers:\w+|node-cron:schedule|cron:.*)$/

/** What stands directly in each function. */
function contents(program: Program): {
  inside: ReadonlyMap<FunctionNode, readonly FunctionNode[]>
  calls: ReadonlyMap<FunctionNode, readonly CallNode[]>
} {
  const inside = new Map<FunctionNode, FunctionNode[]>()
  const calls = new Map<FunctionNode, CallNode[]>()
  const put = <T extends Node>(map: Map<FunctionNode, T[]>, node: T): void => {
    const fn = enclosingFunction(node)
    if (!fn) return
    const list = map.get(fn)
    if (list) list.push(node)
    else map.set(fn, [node])
  }
  for (const fn of program.functions()) put(inside, fn)
  for (const call of program.calls()) put(calls, call)
  return { inside, calls }
}

function isHandler(program: Program, fn: FunctionNode): boolean {
  const method = fn.parent
  if (method?.type === 'MethodDefinition' && method.decorators.length > 0) {
    const keys = method.decorators.flatMap(({ expression }) => program.keys(expression))
    if (keys.some((key) => HANDLER_DECORATORS.test(key))) return true
  }
  for (let at = 0; at < Math.min(fn.params.length, 3); at++) {
    const values = program.values.parameter(fn, at)
    if (values.some((value) => value.kind === 'outside' && REQUESTS.test(value.key))) return true
  }
  return fn.params.length === 0 && isGivenAsHandler(program, fn)
}

/** A handler that wants to know nothing of its request has no parameter to tell it by. */
function isGivenAsHandler(program: Program, fn: FunctionNode): boolean {
  return program.values.uses(fn).some((use) => {
    if (use.kind !== 'argument') return false
    return program.callees(use.call).some((callee) => {
      const { knowledge } = program.values
      const first = knowledge.callbackParameter(callee, use.index, use.path, 0, use.call)
      return first !== undefined && REQUESTS.test(first.key)
    })
  })
}
