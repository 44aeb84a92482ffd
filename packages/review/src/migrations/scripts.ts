/**
 * SQL inside migrations that are written in JavaScript or TypeScript: constant strings in `up` that are handed to
 * `knex.raw`, `queryRunner.query`, `pgm.sql`, `this.addSql` and the like. Tables that a builder creates count as made here.
 */
import { parseSync } from 'oxc-parser'
import type { MigrationSource } from './beside.js'
import type { Migration, Piece, Tool } from './migration.js'

interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'

/** Undefined where the file has no `up`, or cannot be parsed (which whoever reads the code says). */
export function scriptMigration(source: MigrationSource): { migration: Migration; tool: Tool } | undefined {
  const { text, path: file } = source
  const { program, errors } = parseSync(source.absolutePath, text)
  if (errors.length > 0) return undefined
  const constants = constantsOf(program as unknown as SyntaxNode)
  const up = find(program as unknown as SyntaxNode, isUp)
  if (up === undefined) return undefined
  const pieces: Piece[] = []
  const tools = new Set<Tool>()
  visit(up, (node) => {
    const found =
      node.type === 'CallExpression'
        ? sqlOfCall(node, text, constants)
        : node.type === 'TaggedTemplateExpression'
          ? sqlOfTag(node, text, constants)
          : undefined
    if (found === undefined) return
    pieces.push(found.piece)
    if (found.tool !== undefined) tools.add(found.tool)
  })
  const tool = [...tools][0] ?? toolByText(text)
  return { tool, migration: { file, text, pieces, transaction: transactionOf(tool, text) } }
}

function isUp(node: SyntaxNode): boolean {
  if (node.type === 'FunctionDeclaration') return nameOf(node.id) === 'up'
  if (node.type === 'MethodDefinition' || node.type === 'Property') return nameOf(node.key) === 'up'
  if (node.type === 'VariableDeclarator') return nameOf(node.id) === 'up'
  if (node.type !== 'AssignmentExpression' || !isNode(node.left)) return false
  return node.left.type === 'MemberExpression' && nameOf(node.left.property) === 'up'
}

const nameOf = (node: unknown): string | undefined =>
  isNode(node) ? ((node.name ?? node.value) as string | undefined) : undefined

const CALLS: Readonly<Record<string, Tool | undefined>> = {
  raw: 'Knex',
  query: undefined,
  sql: 'node-pg-migrate',
  addSql: 'MikroORM',
}

interface Found {
  readonly piece: Piece
  readonly tool: Tool | undefined
}

function sqlOfCall(node: SyntaxNode, text: string, constants: Constants): Found | undefined {
  const { callee } = node
  if (!isNode(callee) || callee.type !== 'MemberExpression') return undefined
  const method = nameOf(callee.property) ?? ''
  const first = (node.arguments as SyntaxNode[])[0]
  if (first === undefined) return undefined
  if (/^createTable(IfNotExists)?$/.test(method)) return createdTable(first, text)
  if (!Object.hasOwn(CALLS, method)) return undefined
  const piece = pieceOf(first, text, constants)
  if (piece === undefined) return undefined
  const receiver = isNode(callee.object) ? text.slice(callee.object.start, callee.object.end) : ''
  const tool = method === 'query' ? (/sequelize/i.test(receiver) ? 'Sequelize' : 'TypeORM') : CALLS[method]
  return { piece, tool }
}

/** Kysely: sql`…`.execute(db). */
function sqlOfTag(node: SyntaxNode, text: string, constants: Constants): Found | undefined {
  if (nameOf(node.tag) !== 'sql') return undefined
  const piece = pieceOf(node.quasi, text, constants)
  return piece === undefined ? undefined : { piece, tool: 'Kysely' }
}

/** The statement that the builder will send, as far as the rules need it: the name is made here. */
function createdTable(first: SyntaxNode, text: string): Found | undefined {
  const source = text.slice(first.start, first.end)
  const name = typeof first.value === 'string' ? first.value : /\bname:\s*['"`](\w+)['"`]/.exec(source)?.[1]
  if (name === undefined) return undefined
  const sql = `create table "${name.replaceAll('"', '""').replace('.', '"."')}" ()`
  return { tool: undefined, piece: { sql, at: () => first.start, isVerbatim: false } }
}

interface Text {
  readonly sql: string
  /** Offset in the file of each UTF-16 unit, and of the end. */
  readonly offsets: readonly number[]
}

function pieceOf(node: unknown, text: string, constants: Constants): Piece | undefined {
  const found = constant(node, text, constants)
  if (found === undefined) return undefined
  const { sql, offsets } = found
  return { sql, at: (offset) => offsets[Math.min(offset, offsets.length - 1)]!, isVerbatim: false }
}

/** Strings that the file names once: `const TABLE = 'users'`. */
type Constants = ReadonlyMap<string, string>

function constantsOf(program: SyntaxNode): Constants {
  const constants = new Map<string, string>()
  visit(program, (node) => {
    const { init, id } = node
    if (node.type !== 'VariableDeclarator' || !isNode(init) || typeof init.value !== 'string') return
    const name = nameOf(id)
    if (name !== undefined) constants.set(name, init.value)
  })
  return constants
}

/** A literal, a template, a named constant, or a sum of those. What a template is filled with and nobody knows becomes a name. */
function constant(node: unknown, text: string, constants: Constants): Text | undefined {
  if (!isNode(node)) return undefined
  if (node.type === 'Literal' && typeof node.value === 'string')
    return unescaped(text, node.start + 1, node.end - 1)
  if (node.type === 'Identifier') {
    const value = constants.get(nameOf(node) ?? '')
    return value === undefined ? undefined : placed(value, node)
  }
  if (node.type === 'TemplateLiteral') {
    const filled = node.expressions as SyntaxNode[]
    let from = node.start + 1
    const parts = filled.flatMap((value) => {
      const before = unescaped(text, from, text.lastIndexOf('${', value.start))
      from = text.indexOf('}', value.end) + 1
      return [before, constant(value, text, constants) ?? placed('p'.repeat(value.end - value.start), value)]
    })
    parts.push(unescaped(text, from, node.end - 1))
    return parts.reduce(joined)
  }
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return undefined
  const left = constant(node.left, text, constants)
  const right = constant(node.right, text, constants)
  return left === undefined || right === undefined ? undefined : joined(left, right)
}

const joined = (left: Text, right: Text): Text => ({
  sql: left.sql + right.sql,
  offsets: [...left.offsets.slice(0, -1), ...right.offsets],
})

/** A value that stands where it is used as one place. */
const placed = (sql: string, { start, end }: SyntaxNode): Text => ({
  sql,
  offsets: [...Array.from({ length: sql.length }, () => start), end],
})

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\n': '' }

function unescaped(text: string, start: number, end: number): Text {
  let sql = ''
  const offsets: number[] = []
  for (let at = start; at < end; at++) {
    const next = text[at + 1] ?? ''
    const isEscape = text[at] === '\\'
    const unit = isEscape ? (ESCAPES[next] ?? next) : text[at]!
    if (unit !== '') {
      sql += unit
      offsets.push(at)
    }
    if (isEscape) at++
  }
  return { sql, offsets: [...offsets, end] }
}

function toolByText(text: string): Tool {
  if (/\bQueryRunner\b|\bqueryRunner\b/.test(text)) return 'TypeORM'
  if (/\bpgm\b/.test(text)) return 'node-pg-migrate'
  if (/\bqueryInterface\b/.test(text)) return 'Sequelize'
  return /\bkysely\b/i.test(text) ? 'Kysely' : 'Knex'
}

function transactionOf(tool: Tool, text: string): Migration['transaction'] {
  if (tool === 'Sequelize') return 'batch'
  const isFree =
    /\btransaction\s*[:=]\s*false\b|\bnoTransaction\s*\(|\bdisableTransactions?\s*[:=]\s*true\b/.test(text) ||
    /\bisTransactional\s*\([^)]*\)[^{]*\{\s*return\s+false\b/.test(text)
  return isFree ? 'batch' : 'wrapped'
}

function find(root: SyntaxNode, is: (node: SyntaxNode) => boolean): SyntaxNode | undefined {
  let found: SyntaxNode | undefined
  visit(root, (node) => {
    if (found === undefined && is(node)) found = node
  })
  return found
}

/** In the order of the text, without recursion: code may be nested deeper than the stack. */
function visit(root: SyntaxNode, see: (node: SyntaxNode) => void): void {
  const waiting: unknown[] = [root]
  while (waiting.length > 0) {
    const value = waiting.pop()
    if (Array.isArray(value)) waiting.push(...(value as unknown[]).toReversed())
    else if (isNode(value)) {
      see(value)
      waiting.push(
        ...Object.values(value)
          .filter((one) => typeof one === 'object')
          .toReversed(),
      )
    }
  }
}
