/**
 * Work that holds the event loop while clients wait: synchronous forms of files, processes, compression and keys, parsers of whole files,
 * loops that wait for the clock. Only where a request leads there; what is done once and remembered is spared.
 */
import { blockingCall } from '../catalogue/blocking-calls.js'
import { isMemoized, isRemembered } from '../catalogue/remembered.js'
import { requestPathSparing, wayOfRequest } from '../catalogue/request-path.js'
import type { Program } from '../program.js'
import type { Rule } from '../rule.js'
import { calleeOf, isFunction, isWithin, type Node } from '../syntax/nodes.js'

const CLOCKS =
  /^global:(?:Date\.now|performance\.now|process\.hrtime|process\.hrtime\.bigint|process\.uptime)$/

export const blockingWorkOnRequestPath: Rule = {
  id: 'blocking-work-on-request-path',
  title: 'Blocking work while clients wait',
  severity: 'high',
  check(program, report) {
    const blocking = program.calls().flatMap((call) => blockingCall(program, call) ?? [])
    const loops = [...program.nodes('WhileStatement', 'DoWhileStatement', 'ForStatement')].filter((loop) =>
      isBusyWait(program, loop),
    )
    if (blocking.length === 0 && loops.length === 0) return
    const path = requestPathSparing(program, (node) =>
      isFunction(node) ? isMemoized(program, node) : isRemembered(program, node),
    )
    for (const { call, what, instead } of blocking) {
      if (isSpared(program, call)) continue
      const way = wayOfRequest(program, call, path)
      if (!way) continue
      const name = program.shortOf(calleeOf(call))
      report({
        at: call,
        message: `${name} ${what} on the thread that serves every client: until it is done, no other request goes on.`,
        fix: instead === 'a worker thread' ? 'Do it in a worker thread or a job.' : `Use ${instead}.`,
        path: [...way, program.step(call, what)],
      })
    }
    for (const loop of loops) {
      const way = wayOfRequest(program, loop, path)
      if (!way || program.moduleOf(loop).isTest) continue
      report({
        at: loop,
        message: 'This loop turns until the clock says so: until then, no other request goes on.',
        fix: 'Use `await setTimeout(milliseconds)` of node:timers/promises.',
        path: [...way, program.step(loop, 'waits for the clock')],
      })
    }
  },
}

function isSpared(program: Program, call: Node): boolean {
  return program.moduleOf(call).isTest || isRemembered(program, call) || isForDevelopment(program, call)
}

/** A loop that does nothing but look at the clock. */
function isBusyWait(program: Program, loop: Node): boolean {
  if (
    loop.type !== 'WhileStatement' &&
    loop.type !== 'DoWhileStatement' &&
    (loop.type !== 'ForStatement' || loop.update)
  )
    return false
  const { test } = loop
  if (!test || test.type !== 'BinaryExpression') return false
  const body = loop.body
  const isEmpty =
    body.type === 'EmptyStatement' || (body.type === 'BlockStatement' && body.body.every(isIdle))
  if (!isEmpty) return false
  return (program.moduleOf(loop).tree.byType.get('CallExpression') ?? []).some(
    (call) =>
      call.type === 'CallExpression' &&
      isWithin(call, test) &&
      program.callees(call).some(({ key }) => CLOCKS.test(key)),
  )
}

function isIdle(statement: Node): boolean {
  if (statement.type === 'EmptyStatement' || statement.type === 'ContinueStatement') return true
  return statement.type === 'ExpressionStatement' && statement.expression.type === 'UpdateExpression'
}

/** Behind a look at NODE_ENV: templates are read anew while one works on them. */
function isForDevelopment(program: Program, node: Node): boolean {
  let inner = node
  for (let outer = node.parent; outer && !isFunction(outer); inner = outer, outer = outer.parent) {
    const test =
      outer.type === 'IfStatement' || outer.type === 'ConditionalExpression'
        ? outer.test
        : outer.type === 'LogicalExpression'
          ? outer.left
          : undefined
    if (test && test !== inner && asksForEnvironment(program, test)) return true
  }
  return false
}

function asksForEnvironment(program: Program, test: Node): boolean {
  const { tree, bindings } = program.moduleOf(test)
  const isAsked = (part: Node): boolean =>
    (tree.byType.get('MemberExpression') ?? []).some(
      (access) => isWithin(access, part) && program.keys(access).includes('global:process.env.NODE_ENV'),
    )
  if (isAsked(test)) return true
  return [...tree.identifiers.values()].flat().some((name) => {
    if (!isWithin(name, test)) return false
    const declared = bindings.of(name)?.declaration
    return declared?.type === 'VariableDeclarator' && declared.init ? isAsked(declared.init) : false
  })
}
