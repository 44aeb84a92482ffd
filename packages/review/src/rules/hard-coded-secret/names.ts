/** Literals under the name of a credential that look like one; headers of sign-in; fallbacks of variables that are secrets by their name. */
import type { Program } from '../../program.js'
import type { Report } from '../../rule.js'
import {
  argumentAt,
  calleeOf,
  keyName,
  memberName,
  unwrap,
  type CallNode,
  type Node,
} from '../../syntax/nodes.js'
import { constantOf } from '../../values/constants.js'
import { isNear, isTrivial } from './formats.js'
import { literalsOf } from './literals.js'
import { isPlaceholder, looksRandom, masked, textOfLiteral } from './text.js'

const SECRET =
  /(?:^|_)(?:password|passwd|pwd|passphrase|secret|api_?key|apikey|access_?key(?:_id)?|private_key|secret_key|signing_key|encryption_key|jwt_key|auth_key|session_key|master_key|service_key|pepper|credentials?|token)s?$/
/** Words before it that make it public, or no credential at all. */
const PUBLIC =
  /(?:^|_)(?:public|publishable|anon|site|hashed|encrypted|masked|wrong|invalid|missing|bad|no|forgot|reset|csrf|xsrf|cancel|page|next|continuation|design|injection|device|push)_/

/** Whether a name says that what it holds is a credential. */
function isSecretName(name: string): boolean {
  const words = name
    .replace(/^[#_]+/, '')
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase()
  return SECRET.test(words) && !PUBLIC.test(`_${words}`)
}

const HEADERS =
  /^(?:(?:proxy-)?authorization|(?:x-)?api-?key|x-(?:[\w-]+-)?(?:auth|access|api)-?(?:token|key)|x-(?:[\w-]+-)?token|x-(?:[\w-]+-)?secret)$/i

export function* namedSecrets(program: Program): Generator<Report> {
  yield* inHeaders(program)
  yield* asFallbacks(program)
  yield* underNames(program)
}

/** `authorization: 'Bearer …'`, and the same by way of a constant. */
function* inHeaders(program: Program): Generator<Report> {
  for (const property of program.nodes('Property')) {
    const name = keyName(property.key, property.computed)
    if (name === undefined || !HEADERS.test(name) || property.parent?.type !== 'ObjectExpression') continue
    yield* headerValue(program, name, property.value)
  }
  for (const call of program.calls()) {
    const callee = unwrap(calleeOf(call))
    if (
      callee.type !== 'MemberExpression' ||
      !/^(?:set|setHeader|append|header)$/.test(memberName(callee) ?? '')
    )
      continue
    const first = argumentAt(call, 0)
    const second = argumentAt(call, 1)
    const name = first && textOfLiteral(first)
    if (name !== undefined && second && HEADERS.test(name)) yield* headerValue(program, name, second)
  }
}

function* headerValue(program: Program, name: string, value: Node): Generator<Report> {
  const inner = unwrap(value)
  const parts =
    inner.type === 'TemplateLiteral'
      ? inner.expressions
      : inner.type === 'BinaryExpression'
        ? [inner.right]
        : []
  const literals = [value, ...parts].flatMap((node) => literalsOf(program, node))
  for (const literal of literals) {
    const text = textOfLiteral(literal) ?? ''
    const credential = text.replace(/^(?:Bearer|Basic|Token|ApiKey|Key)\s+/i, '')
    if (!looksRandom(credential)) continue
    yield {
      at: literal,
      message: `The header ${name} is sent with a credential that stands in the code (${masked(credential)}): everybody who ever cloned the repository has it.`,
      fix: 'Replace it where it was issued, and read the new one from the environment at start.',
      path: [program.step(literal, 'stands here'), program.step(value, `is sent as ${name}`)],
    }
  }
}

/** `process.env.JWT_SECRET ?? 'literal'`, `const { JWT_SECRET = 'literal' } = process.env`, `.default('literal')` in a schema. */
function* asFallbacks(program: Program): Generator<Report> {
  for (const node of program.nodes('LogicalExpression')) {
    if (node.operator === '&&') continue
    const name = variableOf(program, node.left)
    if (name !== undefined) yield* fallback(program, name, node.right)
  }
  for (const node of program.nodes('AssignmentPattern')) {
    const property = node.parent
    if (property?.type !== 'Property' || property.parent?.type !== 'ObjectPattern') continue
    const from = property.parent.parent
    const name = keyName(property.key, property.computed)
    if (from?.type !== 'VariableDeclarator' || !from.init || name === undefined) continue
    if (program.keys(from.init).includes('global:process.env')) yield* fallback(program, name, node.right)
  }
  for (const call of program.calls()) yield* presetOf(program, call)
}

function variableOf(program: Program, node: Node): string | undefined {
  for (const key of program.keys(node)) {
    const name = /^global:(?:process\.env|Bun\.env|Deno\.env)\.(\w+)$/.exec(key)?.[1]
    if (name !== undefined) return name
  }
  return undefined
}

/** `JWT_SECRET: z.string().default('literal')`, and the same of joi, envalid and convict. */
function* presetOf(program: Program, call: CallNode): Generator<Report> {
  const property = propertyAbove(call)
  const name = property && keyName(property.key, property.computed)
  if (name === undefined || !isSecretName(name)) return
  const callee = unwrap(calleeOf(call))
  const given = argumentAt(call, 0)
  if (callee.type === 'MemberExpression' && memberName(callee) === 'default' && given) {
    if (program.callees(call).some(({ key }) => /^(?:zod|@hapi\/joi|joi|yup|envalid)\b/.test(key)))
      yield* fallback(program, name, given)
    return
  }
  if (
    given?.type !== 'ObjectExpression' ||
    !program.callees(call).some(({ key }) => key.startsWith('envalid:'))
  )
    return
  for (const option of given.properties) {
    if (option.type === 'Property' && keyName(option.key, option.computed) === 'default')
      yield* fallback(program, name, option.value)
  }
}

function propertyAbove(node: Node): Extract<Node, { type: 'Property' }> | undefined {
  let outer = node.parent
  while (outer && (outer.type === 'MemberExpression' || outer.type === 'CallExpression')) outer = outer.parent
  return outer?.type === 'Property' ? outer : undefined
}

function* fallback(program: Program, name: string, value: Node): Generator<Report> {
  if (!isSecretName(name)) return
  const text =
    textOfLiteral(value) ?? (value.type === 'Identifier' ? constantOf(program.values, value) : undefined)
  if (typeof text !== 'string' || text.trim().length < 3 || /^[a-z+]+:\/\//i.test(text)) return
  // Databases for development: nothing outside accepts it, and the host beside it says where it is.
  if (/PASS|PWD/i.test(name) && isNearAndTrivial(program, value, text)) return
  yield {
    at: value,
    message: `Where ${name} is missing, a literal takes its place (${masked(text)}): everybody who reads the code has it.`,
    fix: `Take the fallback away and refuse to start without ${name}; replace the secret if it was ever in use.`,
    path: [program.step(value, `is used where ${name} is missing`)],
  }
}

function isNearAndTrivial(program: Program, value: Node, text: string): boolean {
  for (let outer: Node | null | undefined = value; outer; outer = outer.parent) {
    if (outer.type !== 'ObjectExpression') continue
    const isNearby = textsUnder(program, outer, /host/i).some(isNear)
    return isNearby && (isTrivial(text) || textsUnder(program, outer, /^user/i).includes(text))
  }
  return false
}

function textsUnder(
  program: Program,
  object: Extract<Node, { type: 'ObjectExpression' }>,
  name: RegExp,
): readonly string[] {
  return object.properties.flatMap((property) =>
    property.type === 'Property' && name.test(keyName(property.key, property.computed) ?? '')
      ? literalsOf(program, property.value).map((literal) => textOfLiteral(literal) ?? '')
      : [],
  )
}

/** `const apiKey = '…'`, `{ apiKey: '…' }`, `apiKey = '…'` of a class, `x.apiKey = '…'`, `apiKey === '…'`. */
function* underNames(program: Program): Generator<Report> {
  for (const { name, value } of assignments(program)) {
    if (name === undefined || !isSecretName(name)) continue
    const text = textOfLiteral(value)
    if (text === undefined || !looksRandom(text) || isPlaceholder(text)) continue
    yield {
      at: unwrap(value),
      message: `${name} is a literal in the code (${masked(text)}) that looks like a credential: everybody who ever cloned the repository has it.`,
      fix: 'Replace it where it was issued, and read the new one from the environment or a secret store at start.',
      confidence: 'likely',
      path: [program.step(value, `is ${name}`)],
    }
  }
}

function* assignments(program: Program): Generator<{ name: string | undefined; value: Node }> {
  for (const node of program.nodes('VariableDeclarator'))
    if (node.init && node.id.type === 'Identifier') yield { name: node.id.name, value: node.init }
  for (const node of program.nodes('Property', 'PropertyDefinition'))
    if (node.value) yield { name: keyName(node.key, node.computed), value: node.value }
  for (const node of program.nodes('AssignmentExpression'))
    yield { name: nameOf(node.left), value: node.right }
  for (const node of program.nodes('BinaryExpression')) {
    if (!/^[!=]==?$/.test(node.operator)) continue
    yield { name: nameOf(node.left), value: node.right }
    yield { name: nameOf(node.right), value: node.left }
  }
}

function nameOf(node: Node): string | undefined {
  const inner = unwrap(node)
  if (inner.type === 'Identifier') return inner.name
  return inner.type === 'MemberExpression' ? memberName(inner) : undefined
}
