/**
 * Reads histories of migrations from their beginning and gives back what the rules see. The order of work: the statements
 * of a migration, for each the rules with the schema before it, then what it makes of the schema; at the end of the
 * history, findings about tables that are gone fall away.
 */
import type { Confidence, Edit, Finding, Note } from '../finding.js'
import { follow } from './follow.js'
import { findHistories, type MigrationSource } from './histories.js'
import type { History, Migration } from './migration.js'
import { loadParser } from './parser.js'
import { Places } from './positions.js'
import type { MigrationRule, Scene, Sighting } from './rule.js'
import { MIGRATION_RULES } from './rules.js'
import { Schema } from './schema.js'
import { statementsOf, type Statement } from './statements.js'

export interface MigrationOptions {
  /** Whether this rule was asked for. */
  readonly isOn?: (rule: string) => boolean
  /** Folders that hold migrations whatever they are called, relative to the root. */
  readonly folders?: readonly string[]
  /** Names of tables so small that a statement over all of one is nothing. */
  readonly smallTables?: readonly string[]
  /** Whether lock_timeout is set outside the migrations, for instance in the URL of the database. */
  readonly isLockTimeoutElsewhere?: boolean
}

export async function reviewMigrations(
  sources: readonly MigrationSource[],
  options: MigrationOptions = {},
): Promise<{ findings: Finding[]; notes: Note[] }> {
  await loadParser()
  const { histories, notes } = findHistories(sources, options.folders ?? [])
  const findings: Finding[] = []
  for (const history of histories) {
    const read = readHistory(history, options)
    findings.push(...read.findings)
    notes.push(...read.notes)
  }
  return { findings, notes }
}

interface Seen {
  readonly rule: MigrationRule
  readonly sighting: Sighting
  readonly statement: Statement
}

function readHistory(history: History, options: MigrationOptions): { findings: Finding[]; notes: Note[] } {
  const { isOn = () => true, smallTables = [], isLockTimeoutElsewhere = false } = options
  const rules = MIGRATION_RULES.filter(({ id }) => isOn(id))
  const schema = new Schema()
  const notes: Note[] = []
  const kept: { migration: Migration; seen: Seen[] }[] = []
  for (const migration of history.migrations) {
    const { statements, failures } = statementsOf(migration, schema.migration)
    const surroundings = {
      schema,
      history,
      migration,
      statements,
      isLockTimeoutElsewhere,
      smallTables: new Set(smallTables),
    }
    const seen: Seen[] = []
    for (const statement of statements) {
      const scene: Scene = { ...surroundings, statement }
      for (const rule of rules)
        for (const sighting of rule.look(scene)) seen.push({ rule, sighting, statement })
      follow(schema, statement)
    }
    kept.push({ migration, seen: seen.filter(({ sighting }) => sighting.holds?.(schema) ?? true) })
    if (failures.length > 0) notes.push(noteOf(migration, failures))
    schema.migration++
  }
  const findings = kept.flatMap(({ migration, seen }) => {
    const places = new Places(migration.text)
    return seen
      .filter(({ sighting }) => sighting.table?.isDropped !== true)
      .map((one) => findingOf(migration, places, one))
  })
  return { findings, notes }
}

function findingOf({ file }: Migration, places: Places, { rule, sighting, statement }: Seen): Finding {
  const { at } = statement.piece
  const edits: Edit[] | undefined = sighting.insert?.map((one) => ({
    file,
    start: at(one.at),
    end: at(one.at),
    text: one.text,
  }))
  const confidence: Confidence = sighting.confidence ?? 'certain'
  const { message, fix } = sighting
  const span = places.span(at(sighting.start), at(sighting.end))
  const finding = {
    rule: rule.id,
    severity: sighting.severity ?? rule.severity,
    confidence,
    file,
    span,
    message,
    path: [],
    fix,
  }
  return edits === undefined ? finding : { ...finding, edits }
}

function noteOf(
  { file, text }: Migration,
  failures: readonly { readonly offset: number; readonly reason: string }[],
): Note {
  const { offset, reason } = failures[0]!
  const line = text.slice(0, offset).split('\n').length
  const more = failures.length === 1 ? '' : `, and ${failures.length - 1} more like it`
  return {
    file,
    message: `the statement at line ${line} is none that Postgres reads (${reason})${more}; it was passed over`,
  }
}
