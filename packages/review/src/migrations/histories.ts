/**
 * Finds the migrations among the files of a project and puts them in the order in which they are applied. A folder is a
 * history; for Prisma, the folder of its folders. Those of other databases than Postgres become a note.
 */
import type { Note } from '../finding.js'
import { besides, type MigrationSource } from './beside.js'
import { layoutOf, toMigration, type Layout } from './layouts.js'
import type { History, Migration } from './migration.js'
import { parseStatements } from './parser.js'
import { scriptMigration } from './scripts.js'

export type { MigrationSource } from './beside.js'

export function findHistories(
  sources: readonly MigrationSource[],
  folders: readonly string[],
): { histories: History[]; notes: Note[] } {
  const groups = new Map<string, Member[]>()
  for (const source of sources) {
    const layout = layoutOf(source, folders)
    if (layout === undefined) continue
    const members = groups.get(layout.history)
    if (members === undefined) groups.set(layout.history, [{ source, layout }])
    else members.push({ source, layout })
  }
  const histories: History[] = []
  const notes: Note[] = []
  for (const [folder, members] of groups) {
    const dialect = otherDialect(members)
    if (dialect === undefined) histories.push(...historyOf(folder, members))
    else
      notes.push({
        file: folder,
        message: `these migrations are for ${dialect}; the rules are Postgres' and were left out`,
      })
  }
  return { histories, notes }
}

interface Member {
  readonly source: MigrationSource
  readonly layout: Layout
}

function historyOf(folder: string, members: readonly Member[]): History[] {
  const sorted = members.toSorted((a, b) => byOrder(a.layout.order, b.layout.order))
  const journal = journalOf(sorted[0]!.source)
  const ordered = journal === undefined ? sorted : inJournal(sorted, journal.tags)
  const tool = journal === undefined ? ordered[0]!.layout.tool : 'Drizzle'
  const migrations: Migration[] = []
  let scriptTool: History['tool'] | undefined
  for (const { source, layout } of ordered) {
    if (layout.isScript) {
      const script = scriptMigration(source)
      if (script === undefined) continue
      scriptTool ??= script.tool
      migrations.push(script.migration)
    } else migrations.push(toMigration(source, journal === undefined ? layout.tool : 'Drizzle'))
  }
  return migrations.length === 0 ? [] : [{ tool: scriptTool ?? tool, folder, migrations }]
}

/** As a person sorts: numbers by their value. */
function byOrder(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? []
  const right = b.match(/\d+|\D+/g) ?? []
  for (let index = 0; index < Math.min(left.length, right.length); index++) {
    const [one, other] = [left[index]!, right[index]!]
    if (one === other) continue
    if (/^\d/.test(one) && /^\d/.test(other)) {
      const difference = BigInt(one) - BigInt(other)
      if (difference !== 0n) return difference < 0n ? -1 : 1
    }
    return one < other ? -1 : 1
  }
  return left.length - right.length
}

interface Journal {
  readonly dialect: string | undefined
  readonly tags: readonly string[]
}

/** Drizzle's book of what it generated. */
function journalOf(source: MigrationSource): Journal | undefined {
  const text = besides(source, 'meta/_journal.json')
  if (text === undefined) return undefined
  try {
    const { dialect, entries } = JSON.parse(text) as { dialect?: string; entries?: { tag?: string }[] }
    return { dialect, tags: (entries ?? []).map(({ tag }) => tag ?? '') }
  } catch {
    // A broken book says nothing; the names of the files still do.
    return { dialect: undefined, tags: [] }
  }
}

function inJournal(members: readonly Member[], tags: readonly string[]): Member[] {
  const place = ({ source }: Member): number => {
    const index = tags.findIndex((tag) => source.path.endsWith(`/${tag}.sql`) || source.path === `${tag}.sql`)
    return index < 0 ? tags.length : index
  }
  return members.toSorted((a, b) => place(a) - place(b))
}

const MARKS: readonly (readonly [RegExp, string])[] = [
  [/\bAUTOINCREMENT\b|^\s*PRAGMA\s+\w+/im, 'SQLite'],
  [/\bAUTO_INCREMENT\b|\bENGINE\s*=\s*\w+|\bUNSIGNED\b|^\s*DELIMITER\s/im, 'MySQL'],
  [/\bIDENTITY\s*\(\s*1\s*,\s*1\s*\)|^\s*GO\s*$|\[dbo\]|\bNVARCHAR\b/im, 'SQL Server'],
  [/`\w+`/, 'MySQL or SQLite'],
]

/** Told by what the tool wrote beside the files, else by words that only another database has. */
function otherDialect(members: readonly Member[]): string | undefined {
  const { source, layout } = members[0]!
  const lock = layout.tool === 'Prisma' ? besides(source, '../migration_lock.toml') : undefined
  const provider = /^\s*provider\s*=\s*"(\w+)"/m.exec(lock ?? '')?.[1] ?? journalOf(source)?.dialect
  if (provider !== undefined) return /^(postgres(ql)?|cockroachdb)$/.test(provider) ? undefined : provider
  for (const member of members) {
    if (member.layout.isScript) continue
    const text = member.source.text.replaceAll(/--[^\n]*|'(?:[^']|'')*'/g, ' ')
    const mark = MARKS.find(([pattern]) => pattern.test(text))
    if (mark !== undefined && typeof parseStatements(member.source.text) === 'string') return mark[1]
  }
  return undefined
}
