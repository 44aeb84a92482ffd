/** Verification that checks too little: the algorithm is the token's to choose, is `none`, or the expiry is ignored. */
import { settingOf } from '../../values/options.js'
import { constantOf } from '../../values/constants.js'
import type { Program } from '../../program.js'
import type { Report } from '../../rule.js'
import {
  argumentAt,
  calleeOf,
  enclosingClass,
  enclosingFunction,
  memberName,
  unwrap,
  type CallNode,
  type Node,
} from '../../syntax/nodes.js'
import { isNone } from './signing.js'

/** Calls that verify or set up verification, and which argument their options are. */
const VERIFIERS: readonly (readonly [RegExp, number])[] = [
  [/^jsonwebtoken:verify$/, 2],
  [/^@nestjs\/jwt:JwtService\.new\.verify(?:Async)?$/, 1],
  [/^jose:jwtVerify$/, 2],
  [/^express-jwt:(?:expressjwt)?$/, 0],
  [/^passport-jwt:Strategy$/, 0],
  [/^fast-jwt:createVerifier$/, 0],
  [/^fastify:\(\)\.jwt\.verify$/, 1],
  [/^fastify:Request\.jwtVerify$/, 0],
]
const SIGNERS: readonly (readonly [RegExp, number])[] = [
  [/^jsonwebtoken:sign$/, 2],
  [/^@nestjs\/jwt:JwtService\.new\.sign(?:Async)?$/, 1],
]

export function* looseVerification(program: Program): Generator<Report> {
  for (const call of program.calls()) {
    const { options, key } = optionsOf(program, call)
    if (key === undefined) {
      yield* unsecured(program, call)
      continue
    }
    const algorithms = settingOf(program, options, 'algorithms')
    if (algorithms.state === 'set') yield* listed(program, call, algorithms.values)
    else if (algorithms.state === 'absent' && leavesOpen(program, call, key))
      yield unpinned(program, call, algorithms.via)
    yield* unexpiring(program, call, options)
  }
}

function optionsOf(program: Program, call: CallNode): { options: Node | undefined; key: string | undefined } {
  for (const { key } of program.callees(call)) {
    const found = VERIFIERS.find(([pattern]) => pattern.test(key))
    if (found) return { options: argumentAt(call, found[1]), key }
  }
  if (isPassportSuper(program, call)) return { options: argumentAt(call, 0), key: 'passport-jwt:Strategy' }
  return { options: undefined, key: undefined }
}

/** `super({…})` in a class that extends `PassportStrategy(Strategy)`. */
function isPassportSuper(program: Program, call: CallNode): boolean {
  if (calleeOf(call).type !== 'Super') return false
  const base = enclosingClass(call)?.superClass
  if (base?.type !== 'CallExpression') return false
  const strategy = argumentAt(base, 0)
  return (
    program.callees(base).some(({ key }) => key === '@nestjs/passport:PassportStrategy') &&
    strategy !== undefined &&
    program.keys(strategy).includes('passport-jwt:Strategy')
  )
}

/**
 * jsonwebtoken takes every algorithm that fits the key where none is listed; express-jwt did so before 6 and throws since. The others
 * take the algorithm from the key.
 */
function leavesOpen(program: Program, call: CallNode, key: string): boolean {
  if (key === 'jsonwebtoken:verify') return true
  const major = program.majorOf(call, 'express-jwt')
  return key.startsWith('express-jwt') && major !== undefined && major < 6
}

function unpinned(program: Program, call: CallNode, via: CallNode | undefined): Report {
  const callee = program.shortOf(calleeOf(call))
  return {
    at: call,
    message: `${callee} lists no algorithms, so the header of the token chooses which one it is checked with.`,
    fix: "Pin the one that you sign with: `{ algorithms: ['HS256'] }`, with issuer and audience beside it.",
    path: [
      ...(via ? [program.step(via, 'gives no algorithms')] : []),
      program.step(call, 'verifies without a list of algorithms'),
    ],
  }
}

const SHARED = /^HS\d{3}$/
const PAIRS = /^(?:RS|PS|ES)\d{3}$|^EdDSA$/

function* listed(program: Program, call: CallNode, lists: readonly Node[]): Generator<Report> {
  for (const list of lists) {
    const elements = program.values
      .evaluate(list)
      .flatMap((value) => (value.kind === 'array' ? value.node.elements : []))
      .filter((element) => element !== null)
    const names = elements.map((element) => constantOf(program.values, element))
    const callee = program.shortOf(calleeOf(call))
    if (elements.some((element) => isNone(program, element)))
      yield {
        at: call,
        message: `${callee} accepts the algorithm none: a token without any signature is believed.`,
        fix: "List only the algorithm that you sign with: `algorithms: ['HS256']`.",
        path: [program.step(list, 'allows none')],
      }
    else if (
      names.some((name) => SHARED.test(String(name))) &&
      names.some((name) => PAIRS.test(String(name)))
    )
      yield {
        at: call,
        message: `${callee} accepts ${names.join(' and ')} with one key: a token signed with the public key as a shared secret may be believed.`,
        fix: 'List only the algorithm that you sign with; use one verifier for each key.',
        confidence: 'likely',
        path: [program.step(list, 'mixes shared secrets with key pairs')],
      }
  }
}

function* unexpiring(program: Program, call: CallNode, options: Node | undefined): Generator<Report> {
  const ignored = settingOf(program, options, 'ignoreExpiration')
  if (ignored.state !== 'set' || !ignored.values.some((value) => constantOf(program.values, value) === true))
    return
  if (looksAtExpiry(program, call)) return
  yield {
    at: call,
    message: `${program.shortOf(calleeOf(call))} ignores when tokens expire: a token that leaked years ago is still believed.`,
    fix: 'Leave `ignoreExpiration` out. To renew a session take a refresh token that the database knows, not an expired one.',
    path: [program.step(ignored.values[0]!, 'switches the check of exp off')],
  }
}

/** Code that ignores the expiry in order to look at it itself. */
function looksAtExpiry(program: Program, call: CallNode): boolean {
  const fn = enclosingFunction(call)
  if (!fn) return false
  const { tree } = program.moduleOf(call)
  return (tree.byType.get('MemberExpression') ?? []).some(
    (node) =>
      node.type === 'MemberExpression' &&
      node.start > fn.start &&
      node.end < fn.end &&
      memberName(node) === 'exp',
  )
}

/** Tokens without a signature, made or believed. */
function* unsecured(program: Program, call: CallNode): Generator<Report> {
  for (const { key } of program.callees(call)) {
    if (key === 'jose:UnsecuredJWT' || key === 'jose:UnsecuredJWT.decode') {
      yield {
        at: call,
        message: `${program.shortOf(calleeOf(call))} works on tokens without any signature: everybody can write one.`,
        fix: 'Use `SignJWT` and `jwtVerify` with a key.',
        path: [program.step(call, 'has no signature')],
      }
      return
    }
    const signer = SIGNERS.find(([pattern]) => pattern.test(key))
    if (!signer) continue
    const algorithm = settingOf(program, argumentAt(call, signer[1]), 'algorithm')
    if (algorithm.state !== 'set' || !algorithm.values.some((value) => isNone(program, unwrap(value))))
      continue
    yield {
      at: call,
      message: `${program.shortOf(calleeOf(call))} signs with the algorithm none: the token has no signature, and everybody can write one.`,
      fix: "Sign with a key: `{ algorithm: 'HS256', expiresIn: '15m' }`.",
      path: [program.step(algorithm.values[0]!, 'is no signature')],
    }
  }
}
