/**
 * Whether a constraint may stand behind a look for one row, as far as the schemas of the project tell: Prisma's, SQL, and the schemas in
 * code. Where there is no schema at all nobody can know, and it is taken to be so.
 */
import type { Program } from '../../program.js'
import { relationsText } from '../../schemas/table-texts.js'

/** `words`: all that the condition of the look mentions. */
export function mayBeUnique(program: Program, table: string, words: readonly string[]): boolean {
  const texts = relationsText(program, table)
  if (texts.length === 0) return true
  const wanted = new Set(words.map(plain))
  return texts
    .flatMap(uniqueColumns)
    .some((columns) => columns.length > 0 && columns.every((column) => wanted.has(plain(column))))
}

const plain = (name: string): string => name.replaceAll('_', '').toLowerCase()

/** Columns of each unique constraint that a definition of a table names. */
function uniqueColumns(text: string): string[][] {
  return [
    // Prisma: `email String @unique`, `@@unique([a, b])`, `@@id([a, b])`
    ...[...text.matchAll(/^[ \t]*(\w+)[ \t]+\w+[^\n]*@(?:unique|id)\b/gm)].map(([, column]) => [column!]),
    ...[...text.matchAll(/@@(?:unique|id)\(\s*(?:fields\s*:\s*)?\[([^\]]*)\]/g)].map(([, list]) =>
      names(list!),
    ),
    // SQL: `email text unique`, `unique (a, b)`, `primary key (a, b)`, `create unique index … on t (a, b)`
    ...[
      ...text.matchAll(
        /(?:^|[,(])\s*"?(\w+)"?\s+[^,()]*(?:\([^)]*\))?[^,()]*\b(?:unique|primary\s+key)\b/gim,
      ),
    ].map(([, column]) => [column!]),
    ...[...text.matchAll(/\b(?:unique|primary\s+key)(?:\s+nulls\s+not\s+distinct)?\s*\(([^)]*)\)/gi)].map(
      ([, list]) => names(list!),
    ),
    ...[...text.matchAll(/create\s+unique\s+index[^(;]*\(([^)]*)\)/gi)].map(([, list]) => names(list!)),
    // Drizzle and TypeORM: `email: text().unique()`, `unique().on(t.a, t.b)`, `@Unique(['a', 'b'])`, `@Column({ unique: true }) email`
    ...[...text.matchAll(/(\w+)\s*:\s*\w+\([^\n]*\.(?:unique|primaryKey)\(/g)].map(([, column]) => [column!]),
    ...[...text.matchAll(/(?:unique(?:Index)?\([^)]*\)\.on|@Unique|primaryKey)\(([^)]*)\)/g)].map(
      ([, list]) => names(list!),
    ),
    ...[
      ...text.matchAll(/@(?:Column|Index)\([^)]*unique:\s*true[^)]*\)\s*(?:public\s+|readonly\s+)*(\w+)/g),
    ].map(([, column]) => [column!]),
  ]
}

const names = (list: string): string[] =>
  list
    .split(',')
    .map((part) => /(\w+)\W*$/.exec(part.replace(/\b(?:asc|desc)\b/gi, ''))?.[1] ?? '')
    .filter((name) => name !== '' && name !== 'columns')
