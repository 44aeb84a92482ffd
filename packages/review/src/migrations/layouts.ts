/** How each tool names its migrations, marks the part that goes up, and opens transactions. */
import { besides, type MigrationSource } from './beside.js'
import type { Migration, Piece, Tool } from './migration.js'

export interface Layout {
  readonly tool: Tool
  /** The folder whose migrations belong together. */
  readonly history: string
  /** What they are sorted by. */
  readonly order: string
  readonly isScript: boolean
}

/** Undefined for what is no migration: seeds, dumps, queries, the way down. */
export function layoutOf(source: MigrationSource, folders: readonly string[]): Layout | undefined {
  const parts = source.path.split('/')
  const name = parts.at(-1)!
  const history = parts.slice(0, -1).join('/')
  const isNamed = folders.some((folder) => source.path.startsWith(`${folder.replace(/\/+$/, '')}/`))
  const inMigrations = parts.slice(0, -1).some((part) => /migrat/i.test(part))
  if (/\.[cm]?[jt]s$/.test(name)) {
    if (!(isNamed || inMigrations) || /\.(test|spec)\./.test(name) || !UP.test(source.text)) return undefined
    return { tool: 'Knex', history, order: name, isScript: true }
  }
  if (!name.endsWith('.sql')) return undefined
  if (name === 'migration.sql' && parts.length > 2)
    return { tool: 'Prisma', history: parts.slice(0, -2).join('/'), order: parts.at(-2)!, isScript: false }
  const tool = isNamed
    ? (toolOf(source, name) ?? 'SQL files')
    : isPassedOver(parts)
      ? undefined
      : toolOf(source, name)
  const found = tool ?? (inMigrations && !isPassedOver(parts) ? 'SQL files' : undefined)
  if (found === undefined) return undefined
  return { tool: found, history, order: found === 'Flyway' ? flywayOrder(name) : name, isScript: false }
}

const UP = /\bup\b/
const PASSED_OVER =
  /^(seeds?|seeders?|fixtures?|dumps?|snapshots?|quer(y|ies)|rollbacks?|down|revert|verify|test-data)$|initdb/i

function isPassedOver(parts: readonly string[]): boolean {
  const name = parts.at(-1)!
  return (
    parts.slice(0, -1).some((part) => PASSED_OVER.test(part)) ||
    /[._-](down|undo|rollback|revert)\.sql$|^U\d[\d._]*__|^R__|^(seed|schema|structure|dump)s?\.sql$/i.test(
      name,
    )
  )
}

function toolOf(source: MigrationSource, name: string): Tool | undefined {
  const { text, path } = source
  if (/^V\d+([._]\d+)*__.+\.sql$/.test(name)) return 'Flyway'
  if (name.endsWith('.up.sql')) return 'golang-migrate'
  if (/^\s*--\s*migrate:up/m.test(text)) return 'dbmate'
  if (/^\s*--\s*\+goose\s+up/im.test(text)) return 'goose'
  if (/^\s*-+\s*up migration/im.test(text)) return 'node-pg-migrate'
  if (/(^|\/)deploy\/[^/]+\.sql$/.test(path) && besides(source, '../sqitch.plan') !== undefined)
    return 'Sqitch'
  if (text.includes('--> statement-breakpoint') || besides(source, 'meta/_journal.json') !== undefined)
    return 'Drizzle'
  if (/(^|\/)supabase\/migrations\//.test(path)) return 'Supabase'
  if (!/^\d{3,}[-_.].*\.sql$/.test(name)) return undefined
  return isKeelson(source) ? 'Keelson' : 'SQL files'
}

/** Keelson's folder of migrations stands beside its package.json, or one below. */
function isKeelson(source: MigrationSource): boolean {
  return ['../package.json', '../../package.json', '../../../package.json'].some((path) =>
    /"keelson"\s*:/.test(besides(source, path) ?? ''),
  )
}

const flywayOrder = (name: string): string => name.slice(1, name.indexOf('__')).replaceAll('_', '.')

export function toMigration(source: MigrationSource, tool: Tool): Migration {
  const { path: file, text } = source
  const [start, end] = upSection(text, tool)
  const pieces = tool === 'Drizzle' ? breakpoints(text) : [piece(text, start, end)]
  return { file, text, pieces, transaction: transactionOf(source, tool) }
}

function piece(text: string, start: number, end: number): Piece {
  return { sql: text.slice(start, end), at: (offset) => start + offset, isVerbatim: true }
}

function breakpoints(text: string): Piece[] {
  const pieces: Piece[] = []
  let start = 0
  for (const mark of text.matchAll(/--> statement-breakpoint[^\n]*/g)) {
    pieces.push(piece(text, start, mark.index))
    start = mark.index + mark[0].length
  }
  return [...pieces, piece(text, start, text.length)]
}

const SECTIONS: Partial<Record<Tool, readonly [RegExp, RegExp]>> = {
  dbmate: [/^\s*--\s*migrate:up.*$/m, /^\s*--\s*migrate:down/m],
  goose: [/^\s*--\s*\+goose\s+up.*$/im, /^\s*--\s*\+goose\s+down/im],
  'node-pg-migrate': [/^\s*-+\s*up migration.*$/im, /^\s*-+\s*down migration/im],
}

function upSection(text: string, tool: Tool): [number, number] {
  const marks = SECTIONS[tool]
  if (marks === undefined) return [0, text.length]
  const up = marks[0].exec(text)
  const down = marks[1].exec(text)
  const start = up === null ? 0 : up.index + up[0].length
  return [start, down === null || down.index < start ? text.length : down.index]
}

function transactionOf(source: MigrationSource, tool: Tool): Migration['transaction'] {
  const { text, path } = source
  switch (tool) {
    case 'Prisma':
    case 'golang-migrate':
    case 'Supabase':
      return 'batch'
    case 'Sqitch':
      return 'each'
    case 'Drizzle':
    case 'Keelson':
      return 'wrapped'
    case 'dbmate':
      return /migrate:up[^\n]*transaction:\s*false/.test(text) ? 'batch' : 'wrapped'
    case 'goose':
      return /--\s*\+goose\s+no\s+transaction/i.test(text) ? 'each' : 'wrapped'
    case 'Flyway': {
      const settings = besides(source, `${path.split('/').at(-1)!}.conf`) ?? ''
      return /executeInTransaction\s*=\s*false/.test(settings) ? 'each' : 'wrapped'
    }
    case 'node-pg-migrate':
      return 'wrapped'
    default:
      return 'unknown'
  }
}
