/**
 * A promise that nobody waits for: a statement of its own, an async callback handed to `forEach` or to a timer, an emitter or a server that
 * ignores what it returns. Its error ends the process, and its work may outlive the request.
 */
import { handlesItsErrors } from '../catalogue/own-errors.js'
import { promiseOf } from '../catalogue/promises.js'
import { wayOfRequest } from '../catalogue/request-path.js'
import type { Program } from '../program.js'
import type { Rule } from '../rule.js'
import {
  argumentsOf,
  calleeOf,
  isFunction,
  memberName,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../syntax/nodes.js'
import { fateOf } from '../syntax/surroundings.js'

const TIMERS = /^(?:global|timers):(?:setTimeout|setInterval|setImmediate|queueMicrotask|process\.nextTick)$/
const EMITTERS = new Set(['on', 'once', 'addListener', 'prependListener', 'addEventListener'])

export const floatingPromise: Rule = {
  id: 'floating-promise',
  title: 'Promise that nobody waits for',
  severity: 'high',
  check(program, report) {
    for (const call of program.calls()) {
      if (program.moduleOf(call).isTest) continue
      if (fateOf(call) === 'dropped') {
        const why = promiseOf(program, call)
        if (
          why !== undefined &&
          !isLazy(program, call) &&
          !isEnd(program, call) &&
          !isByItself(program, call)
        ) {
          report({
            at: call,
            message: `Nobody waits for this promise (${why}): an error in it is an unhandled rejection, which ends the process, and what follows runs before it is done.`,
            fix: `\`await ${program.shortOf(call)}\`, or where it shall go on by itself, \`.catch((error) => log.error(error))\`.`,
            path: [program.step(call, why)],
          })
        }
      }
      const ignored = ignoredCallback(program, call)
      if (ignored) {
        report({
          at: ignored.callback,
          message: `${ignored.by} ignores the promise of this async callback: an error in it is an unhandled rejection, and nobody knows when it is done.`,
          fix: ignored.fix,
          path: [program.step(call, `calls the callback and drops its promise`)],
        })
      }
    }
  },
}

/** Builders that run nothing until they are awaited: dropping one is another fault. */
function isLazy(program: Program, call: CallNode): boolean {
  return program.callees(call).some(({ key }) => key.startsWith('mongoose:'))
}

/** It tells nobody of its errors, and is meant to go on by itself; or it is the end of a tool, which leaves next. */
function isByItself(program: Program, call: CallNode): boolean {
  const own = program.targets(call)
  if (own.length > 0) return own.every((fn) => handlesItsErrors(program, fn))
  const callee = unwrap(calleeOf(call))
  const isEnding = callee.type === 'MemberExpression' && ENDINGS.test(memberName(callee) ?? '')
  return isEnding && wayOfRequest(program, call) === undefined
}

const ENDINGS = /^(?:destroy|end|close|quit|disconnect|shutdown|terminate|release)$/

/** The last statement of a program's start: `main()` at the end of a file, where an unhandled rejection ends it with an error as it should. */
function isEnd(program: Program, call: CallNode): boolean {
  let statement: Node | null | undefined = call
  while (statement && statement.type !== 'ExpressionStatement') statement = statement.parent
  if (statement?.parent?.type !== 'Program') return false
  return program.targets(call).length > 0
}

function ignoredCallback(
  program: Program,
  call: CallNode,
): { callback: Node; by: string; fix: string } | undefined {
  if (call.type !== 'CallExpression') return undefined
  const [first, second] = argumentsOf(call)
  const callee = unwrap(calleeOf(call))
  const name = callee.type === 'MemberExpression' ? memberName(callee) : undefined
  if (name === 'forEach' && first && callee.type === 'MemberExpression') {
    const fn = unguarded(program, first)
    if (fn && !isOwnMethod(program, call))
      return {
        callback: first,
        by: '`forEach`',
        fix: 'Use `for (const item of items) { await … }`, or `await Promise.all(items.map(async (item) => …))` over a bounded list.',
      }
  }
  if (first && program.callees(call).some(({ key }) => TIMERS.test(key))) {
    if (isDirect(program, first))
      return {
        callback: first,
        by: `\`${program.shortOf(callee)}\``,
        fix: 'Catch inside the callback, or hand over `() => { work().catch((error) => log.error(error)) }`.',
      }
  }
  if (name !== undefined && EMITTERS.has(name) && second && isEmitter(program, call)) {
    if (isDirect(program, second))
      return {
        callback: second,
        by: `\`${program.shortOf(callee)}\``,
        fix: 'Catch inside the listener: an emitter does not wait for what a listener returns.',
      }
  }
  return undefined
}

/** The async function that is given, unless its whole body catches, or it waits for nothing. */
function unguarded(program: Program, node: Node): FunctionNode | undefined {
  const given = unwrap(node)
  const fn = isFunction(given)
    ? given
    : program.values.evaluate(given).flatMap((value) => (value.kind === 'function' ? [value.node] : []))[0]
  if (!fn) return undefined
  if (!fn.async) return isDirect(program, given) ? fn : undefined
  if (fn.body?.type !== 'BlockStatement') return fn
  const risky = fn.body.body.filter((statement) => !isHarmless(statement))
  const allCaught = risky.every(
    (statement) => statement.type === 'TryStatement' && statement.handler !== null,
  )
  return allCaught ? undefined : fn
}

/** `() => work()` gives work's promise back to who ignores it. (An async callback without a catch is another rule's: it has no error path.) */
function isDirect(program: Program, node: Node): boolean {
  const fn = unwrap(node)
  if (fn.type !== 'ArrowFunctionExpression' || !fn.expression || fn.async) return false
  const body = unwrap(fn.body)
  return (
    body.type === 'CallExpression' && promiseOf(program, body) !== undefined && fateOf(body) === 'returned'
  )
}

function isHarmless(statement: Node): boolean {
  return statement.type === 'VariableDeclaration'
    ? statement.declarations.every(
        ({ init }) => !init || init.type === 'Literal' || init.type === 'Identifier',
      )
    : statement.type === 'ReturnStatement' && !statement.argument
}

/** `forEach` of a class of this code may well wait. */
function isOwnMethod(program: Program, call: CallNode): boolean {
  return program.targets(call).length > 0
}

/** Whether `on` is an emitter's: frameworks have methods of the same name that wait. */
function isEmitter(program: Program, call: CallNode): boolean {
  return (
    program.targets(call).length === 0 &&
    !program
      .callees(call)
      .some(({ key }) => /^(?:hono|fastify|express|@nestjs|koa|knex|vitest|bullmq)/.test(key))
  )
}
