/** Literals that are handed over where a credential is expected. */
import type { Program } from '../../program.js'
import type { Report } from '../../rule.js'
import {
  argumentAt,
  calleeOf,
  enclosingClass,
  keyName,
  unwrap,
  type CallNode,
  type Node,
} from '../../syntax/nodes.js'
import { packageOf } from '../../values/value.js'
import { settingOf } from '../../values/options.js'
import { isNear, isTrivial } from './formats.js'
import { literalsOf } from './literals.js'
import { isPlaceholder, masked, textOfLiteral } from './text.js'

/** Arguments that are keys, secrets or passwords. */
const ARGUMENTS: readonly (readonly [RegExp, number, string])[] = [
  [/^jsonwebtoken:(?:sign|verify)$/, 1, 'the key of tokens'],
  [/^jose:SignJWT\.new.*\.sign$/, 0, 'the key of tokens'],
  [/^jose:(?:jwtVerify|jwtDecrypt|compactVerify)$/, 1, 'the key of tokens'],
  [/^hono\/(?:jwt:|utils\/jwt:Jwt\.)(?:sign|verify)$/, 1, 'the key of tokens'],
  [/^crypto:createHmac$/, 1, 'the key of an HMAC'],
  [/^crypto:create(?:Cipher|Decipher)(?:iv)?$/, 1, 'the key of a cipher'],
  [/^crypto:scrypt(?:Sync)?$/, 0, 'what a key is derived from'],
  [/^crypto:hkdf(?:Sync)?$/, 1, 'what a key is derived from'],
  [/^crypto:createSecretKey$/, 0, 'a secret key'],
  [/^crypto-js:(?:HmacSHA\d+|AES\.(?:en|de)crypt)$/, 1, 'a secret key'],
  [/^cookie-parser:$/, 0, 'the secret of signed cookies'],
  [/^hono\/cookie:setSignedCookie$/, 3, 'the secret of signed cookies'],
  [/^hono\/cookie:getSignedCookie$/, 1, 'the secret of signed cookies'],
  [/^cookie-signature:(?:un)?sign$/, 1, 'the secret of signed cookies'],
  [/^stripe:(?:Stripe)?$/, 0, 'the key of Stripe'],
  [/^stripe:(?:Stripe\.)?new\.webhooks\.constructEvent(?:Async)?$/, 2, 'the secret of webhooks'],
  [/^@sendgrid\/mail:setApiKey$/, 0, 'the key of SendGrid'],
  [/^twilio:(?:Twilio)?$/, 1, 'the token of Twilio'],
  [/^(?:resend:Resend|postmark:ServerClient)$/, 0, 'the key of a mail service'],
  [/^sequelize:Sequelize$/, 2, 'the password of the database'],
]

/** Packages whose options hold credentials under these names. */
const CLIENTS =
  /^(?:pg|pg-pool|pg-promise|postgres|mysql2?|mysql2\/promise|mariadb|mssql|ioredis|redis|knex|typeorm|sequelize|sequelize-typescript|nodemailer|mongoose|mongodb|amqplib|kafkajs|bull|bullmq|ssh2|minio|openai|aws-sdk|@aws-sdk\/.*|express-session|cookie-session|express-jwt|express-basic-auth|passport-[\w-]+|@nestjs\/(?:jwt|typeorm|bull|bullmq|microservices|passport|mongoose|sequelize)|@nestjs-modules\/.*|@fastify\/(?:jwt|cookie|session|secure-session|basic-auth|oauth2|postgres|redis|mongodb)|fast-jwt|hono\/(?:jwt|basic-auth|bearer-auth)|iron-session|better-auth|next-auth|drizzle-orm\/.*|@elastic\/elasticsearch|meilisearch|algoliasearch|twilio|@azure\/.*|algoliasearch|koa-session|koa-jwt)$/
const PROPERTIES =
  /^(?:password|pass|passwd|secret|secrets|secretOrKey|secretOrPrivateKey|secretKey|clientSecret|consumerSecret|apiKey|accessToken|authToken|token|privateKey|accessKeyId|secretAccessKey|accessKey|passphrase|cookieSecret|sessionSecret|keys|key|connectionString|refreshToken)$/
/** Objects inside options that hold credentials themselves. */
const GROUPS =
  /^(?:auth|authentication|credentials|connection|jwt|cookie|config|options|client|redis|users|login|sasl|ssl|options|master|replication)$/
/** Options that are called `key` and are secrets only here. */
const KEYED = /^(?:@fastify\/secure-session|fast-jwt)$/

export function* usedSecrets(program: Program): Generator<Report> {
  for (const call of program.calls()) {
    const keys = program.callees(call).map(({ key }) => key)
    const known = keys.length > 0 ? keys : isStrategySuper(program, call) ? ['passport-jwt:Strategy'] : []
    for (const key of known) {
      for (const [pattern, index, what] of ARGUMENTS) {
        const given = pattern.test(key) ? argumentAt(call, index) : undefined
        if (given) yield* reaching(program, given, what, call)
      }
      const options = optionsOf(program, call, key)
      for (const object of options) yield* inOptions(program, object, call, 0, key)
    }
  }
}

function isStrategySuper(program: Program, call: CallNode): boolean {
  if (calleeOf(call).type !== 'Super') return false
  const base = enclosingClass(call)?.superClass
  return (
    base?.type === 'CallExpression' &&
    program.callees(base).some(({ key }) => key === '@nestjs/passport:PassportStrategy')
  )
}

/** The objects of options of a client. */
function optionsOf(program: Program, call: CallNode, key: string): readonly Node[] {
  const isPlugin = key === 'fastify:().register'
  if (!isPlugin && !(CLIENTS.test(packageOf(key)) && SET_UP.test(key))) return []
  if (isPlugin) {
    const plugin = argumentAt(call, 0)
    if (!plugin || !program.keys(plugin).some((name) => CLIENTS.test(packageOf(name)))) return []
  }
  const given = call.type === 'TaggedTemplateExpression' ? [] : call.arguments
  return given.flatMap((node) => objectsOf(program, node))
}

/** Constructions, factories and registrations, not queries: what those are given are values of rows. */
const SET_UP = /:(?:\w+\.)?\w*$/

function objectsOf(program: Program, node: Node): readonly Node[] {
  const inner = unwrap(node)
  if (inner.type === 'ObjectExpression') return [inner]
  if (inner.type !== 'Identifier' && inner.type !== 'MemberExpression' && inner.type !== 'CallExpression')
    return []
  return program.values.evaluate(inner).flatMap((value) => (value.kind === 'object' ? [value.node] : []))
}

function* inOptions(
  program: Program,
  object: Node,
  call: CallNode,
  depth: number,
  key: string,
): Generator<Report> {
  if (object.type !== 'ObjectExpression' || depth > 3) return
  for (const property of object.properties) {
    if (property.type !== 'Property') continue
    const name = keyName(property.key, property.computed)
    if (name === undefined) continue
    if (name === 'useFactory') yield* fromFactory(program, property.value, call, depth, key)
    else if (GROUPS.test(name))
      for (const inner of objectsOf(program, property.value))
        yield* inOptions(program, inner, call, depth + 1, key)
    if (!PROPERTIES.test(name) || (name === 'key' && !isKeyed(program, call, key))) continue
    if (name === 'token' && /^@aws-sdk|drizzle/.test(key)) continue
    for (const found of reaching(program, property.value, `the ${name} of ${nameOf(program, call)}`, call))
      if (!isForDevelopment(program, object, found.at)) yield found
  }
}

function isKeyed(program: Program, call: CallNode, key: string): boolean {
  if (KEYED.test(packageOf(key))) return true
  const plugin = argumentAt(call, 0)
  return plugin !== undefined && program.keys(plugin).some((name) => KEYED.test(packageOf(name)))
}

function* fromFactory(
  program: Program,
  factory: Node,
  call: CallNode,
  depth: number,
  key: string,
): Generator<Report> {
  for (const value of program.values.evaluate(factory)) {
    if (value.kind !== 'function') continue
    for (const result of program.values.returned(value.node))
      if (result.kind === 'object') yield* inOptions(program, result.node, call, depth + 1, key)
  }
}

function nameOf(program: Program, call: CallNode): string {
  return calleeOf(call).type === 'Super' ? 'the strategy' : program.shortOf(calleeOf(call))
}

/** A password that protects nothing, of a database on the same machine. */
function isForDevelopment(program: Program, object: Node, literal: Node): boolean {
  const host = settingOf(program, object, 'host')
  const user = settingOf(program, object, 'user')
  if (host.state !== 'set') return false
  const hosts = host.values.flatMap((value) => textsOf(program, value))
  const users = user.state === 'set' ? user.values.flatMap((value) => textsOf(program, value)) : []
  const text = textOfLiteral(literal) ?? ''
  return hosts.some(isNear) && (isTrivial(text) || users.includes(text))
}

function textsOf(program: Program, node: Node): readonly string[] {
  return literalsOf(program, node).map((literal) => textOfLiteral(literal) ?? '')
}

/** The literals that reach a place of credentials. */
function* reaching(program: Program, given: Node, what: string, call: CallNode): Generator<Report> {
  for (const literal of literalsOf(program, given)) {
    const text = textOfLiteral(literal) ?? ''
    if (!isCredential(text, literal)) continue
    const fallback = literal.parent?.type === 'LogicalExpression' || isDefault(literal)
    yield {
      at: literal,
      message: fallback
        ? `Where the variable is missing, a literal (${masked(text)}) is ${what}: everybody who reads the code has it.`
        : `${capital(what)} is a literal in the code (${masked(text)}): everybody who ever cloned the repository has it.`,
      fix: fallback
        ? 'Take the fallback away and refuse to start without the variable; replace the secret if it was ever in use.'
        : 'Replace it, and read the new one from the environment or a secret store at start, without a fallback.',
      path: [program.step(literal, 'stands here'), program.step(call, `becomes ${what}`)],
    }
  }
}

function isDefault(literal: Node): boolean {
  return literal.parent?.type === 'AssignmentPattern' && literal.parent.right === literal
}

/** Everything but what is empty, public, an address, or written to be replaced and never run. */
function isCredential(text: string, literal: Node): boolean {
  if (text.trim().length < 3 || /^-----BEGIN (?:RSA )?(?:PUBLIC|CERT)/.test(text)) return false
  if (/^[a-z+]+:\/\//i.test(text)) return false
  return literal.parent?.type === 'LogicalExpression' || !isPlaceholder(text)
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
