/**
 * An async function handed to what ignores promises: handlers of Express 4, listeners, timers, consumers. When it rejects, the request is
 * never answered or the process ends. Express 5, Fastify, Nest, Hono and Koa wait for their handlers and are not meant.
 */
import { ignoredCallback } from '../catalogue/ignored-promises.js'
import { rejectionOf } from '../flow/rejections.js'
import type { Program } from '../program.js'
import type { Report, Rule } from '../rule.js'
import {
  argumentsOf,
  calleeOf,
  isFunction,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../syntax/nodes.js'
import type { Outside } from '../values/value.js'

const ROUTES = /^express:\(\)\.(?:get|post|put|patch|delete|all|options|head|use|param)$/
/** Importing one of these makes Express 4 wait for its handlers. */
const PATCHES =
  /^(?:express-async-errors|express-async-patch|@rotty3000\/express-async-errors|express\/lib\/router\/layer)$/
/** Routers that wait, and what wraps a handler so that its rejection goes to `next`. */
const WAITING_ROUTER = /^(?:express-promise-router|@root\/async-router|express-async-router|router):/
const WRAPPER =
  /^(?:express-async-handler|express-async-wrap|express-async-wrapper|async-express|@types\/express-async-handler):/
const EXPRESS_WAITS_SINCE = 5

export const asyncHandlerWithoutErrorPath: Rule = {
  id: 'async-handler-without-error-path',
  title: 'Async handler whose rejection nobody catches',
  severity: 'high',
  check(program, report) {
    const isPatched = patchedPackages(program)
    for (const call of program.calls()) {
      if (call.type === 'TaggedTemplateExpression' || program.moduleOf(call).isTest) continue
      const callee = program.callees(call).find(({ key }) => ROUTES.test(key))
      const found =
        callee && !isPatched(call)
          ? ofExpress(program, call, callee)
          : callee
            ? undefined
            : ofListener(program, call)
      if (found) report(found)
    }
  },
}

/** Told by the package.json that rules the file: an import anywhere in a package patches all of it. */
function patchedPackages(program: Program): (node: Node) => boolean {
  const patched = new Set(
    program.modules
      .filter(({ tree }) => importsOf(tree.root).some((name) => PATCHES.test(name)))
      .map(({ manifest }) => manifest?.directory),
  )
  for (const call of program.nodes('CallExpression')) {
    if (call.callee.type !== 'Identifier' || call.callee.name !== 'require') continue
    const [name] = call.arguments
    if (name?.type === 'Literal' && typeof name.value === 'string' && PATCHES.test(name.value))
      patched.add(program.moduleOf(call).manifest?.directory)
  }
  return (node) => patched.has(program.moduleOf(node).manifest?.directory)
}

function importsOf(root: Node): readonly string[] {
  return root.type === 'Program'
    ? root.body.flatMap((statement) =>
        statement.type === 'ImportDeclaration' ? [statement.source.value] : [],
      )
    : []
}

function ofExpress(program: Program, call: CallNode, callee: Outside): Report | undefined {
  const version = versionOf(program, call)
  if (version === 'waits' || comesFrom(callee, WAITING_ROUTER)) return undefined
  for (const given of argumentsOf(call).flatMap(listed)) {
    for (const handler of handlersOf(program, given)) {
      const place = isWrapped(program, handler) ? undefined : rejectionOf(program, handler)
      if (!place) continue
      const name = nameOf(program, given)
      return {
        at: call,
        confidence: version === 'unknown' ? 'likely' : 'certain',
        message: `Express 4 does not wait for ${name}: when \`${program.shortOf(place)}\` rejects, no error handler hears of it and the request is never answered${version === 'unknown' ? ' (no package.json says which version of Express this is; version 5 waits)' : ''}.`,
        fix: 'Wrap the handler so that its rejection goes to `next` (`(req, res, next) => handler(req, res, next).catch(next)`, express-async-handler), or move to Express 5, which waits for handlers.',
        path: [
          program.step(call, 'is registered here'),
          program.step(place, 'may reject, and nothing around it catches'),
        ],
      }
    }
  }
  return undefined
}

function ofListener(program: Program, call: CallNode): Report | undefined {
  const ignored = ignoredCallback(program, call)
  if (!ignored) return undefined
  for (const handler of handlersOf(program, ignored.callback)) {
    const place = handler.async && !isWrapped(program, handler) ? rejectionOf(program, handler) : undefined
    if (!place) continue
    return {
      at: call,
      message: `\`${program.shortOf(calleeOf(call))}\` ignores the promise of ${nameOf(program, ignored.callback)}: when \`${program.shortOf(place)}\` rejects, that ${ignored.effect}.`,
      fix: 'Put a `try` with a `catch` around all of the callback, or call it as `(…given) => { handle(…given).catch(onError) }`.',
      path: [
        program.step(call, 'calls the callback and drops its promise'),
        program.step(place, 'may reject, and nothing around it catches'),
      ],
    }
  }
  return undefined
}

/** 4 and older do not wait. Without an entry in package.json nobody knows; `latest` and the like are new. */
function versionOf(program: Program, node: Node): 'old' | 'waits' | 'unknown' {
  const major = program.majorOf(node, 'express')
  if (major !== undefined) return major >= EXPRESS_WAITS_SINCE ? 'waits' : 'old'
  return program.moduleOf(node).manifest?.dependencies.has('express') === true ? 'waits' : 'unknown'
}

function comesFrom(value: Outside, pattern: RegExp): boolean {
  for (let at: Outside | undefined = value; at; at = at.from) if (pattern.test(at.key)) return true
  return false
}

function listed(node: Node): readonly Node[] {
  const inner = unwrap(node)
  if (inner.type === 'ArrayExpression')
    return inner.elements.flatMap((element) => (element ? listed(element) : []))
  return [inner]
}

function handlersOf(program: Program, given: Node): readonly FunctionNode[] {
  if (isFunction(given)) return [given]
  if (given.type === 'CallExpression' && program.callees(given).some(({ key }) => !isBind(key))) return []
  return program.values.evaluate(given).flatMap((value) => (value.kind === 'function' ? [value.node] : []))
}

function isBind(key: string): boolean {
  return key.endsWith('.bind')
}

/** Whether the function is handed to express-async-handler or its like on its way. */
function isWrapped(program: Program, fn: FunctionNode): boolean {
  return program.values
    .uses(fn)
    .some((use) => use.kind === 'argument' && program.callees(use.call).some(({ key }) => WRAPPER.test(key)))
}

function nameOf(program: Program, given: Node): string {
  return isFunction(given) ? 'this async function' : `\`${program.shortOf(given)}\``
}
