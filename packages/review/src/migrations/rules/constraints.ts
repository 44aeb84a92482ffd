/** CHECK, foreign keys and unique constraints that are proven for all rows while writers, or all, wait. */
import type { ColumnDef, Constraint } from 'libpg-query'
import { nameOfRange, quoted, stringsOf, written } from '../names.js'
import { oneLine, partsOf, type MigrationRule, type Part, type Scene, type Sighting } from '../rule.js'
import { nameOf } from '../schema.js'

export const checkValidatedUnderLock: MigrationRule = {
  id: 'check-validated-under-lock',
  title: 'CHECK validated under an exclusive lock',
  severity: 'high',
  *look(scene) {
    for (const { part, constraint, column } of added(scene)) {
      if (constraint.contype !== 'CONSTR_CHECK' || isDeferred(constraint)) continue
      const name = nameOf(part.table)
      const title = constraint.conname ?? `${part.table.name.name}_${column ?? ''}check`
      yield {
        ...placeOf(part, constraint, scene, column),
        message: `The CHECK ${quoted(title)} is proven for every row of ${name} under an ACCESS EXCLUSIVE lock: every read and write of ${name} waits meanwhile.`,
        fix: `${notValid(name, part, column, title)} In a later migration: ALTER TABLE ${name} VALIDATE CONSTRAINT ${quoted(title)}; which lets reads and writes go on.`,
      }
    }
    yield* validatedAtOnce(scene, 'check', 'ACCESS EXCLUSIVE', 'every read and write')
  },
}

export const foreignKeyValidatedUnderLock: MigrationRule = {
  id: 'foreign-key-validated-under-lock',
  title: 'Foreign key validated under lock',
  severity: 'high',
  *look(scene) {
    for (const { part, constraint, column, definition } of added(scene)) {
      if (constraint.contype !== 'CONSTR_FOREIGN' || isDeferred(constraint)) continue
      // A new column without a default holds only nulls, and Postgres does not look.
      if (definition !== undefined && !hasDefault(definition)) continue
      const name = nameOf(part.table)
      const other = written(nameOfRange(constraint.pktable))
      const keys = stringsOf(constraint.fk_attrs)
      const title = constraint.conname ?? `${part.table.name.name}_${column ?? keys.join('_')}_fkey`
      yield {
        ...placeOf(part, constraint, scene, column),
        message: `The foreign key ${quoted(title)} is proven for every row of ${name} under SHARE ROW EXCLUSIVE locks on ${name} and ${other}: writes to both wait meanwhile.`,
        fix: `${notValid(name, part, column, title)} In a later migration: ALTER TABLE ${name} VALIDATE CONSTRAINT ${quoted(title)}; which lets writes go on.`,
      }
    }
    yield* validatedAtOnce(scene, 'foreign', 'SHARE ROW EXCLUSIVE', 'every write')
  },
}

export const uniqueUnderLock: MigrationRule = {
  id: 'unique-under-lock',
  title: 'Unique or primary key built under an exclusive lock',
  severity: 'high',
  *look(scene) {
    for (const { part, constraint, column } of added(scene)) {
      const isPrimary = constraint.contype === 'CONSTR_PRIMARY'
      if ((!isPrimary && constraint.contype !== 'CONSTR_UNIQUE') || constraint.indexname !== undefined)
        continue
      const name = nameOf(part.table)
      const keys = column === undefined ? stringsOf(constraint.keys) : [column]
      const title =
        constraint.conname ?? `${part.table.name.name}_${isPrimary ? 'pkey' : `${keys.join('_')}_key`}`
      const kind = isPrimary ? 'PRIMARY KEY' : 'UNIQUE'
      yield {
        ...placeOf(part, constraint, scene, column),
        message: `${kind} on ${name} (${keys.join(', ')}) builds its index under an ACCESS EXCLUSIVE lock: every read and write of ${name} waits meanwhile.`,
        fix: `CREATE UNIQUE INDEX CONCURRENTLY ${quoted(title)} ON ${name} (${keys.map(quoted).join(', ')}); outside a transaction, then ALTER TABLE ${name} ADD CONSTRAINT ${quoted(title)} ${kind} USING INDEX ${quoted(title)};`,
      }
    }
  },
}

interface Added {
  readonly part: Part
  readonly constraint: Constraint
  /** Where it stands at a column that is added with it. */
  readonly column?: string
  readonly definition?: ColumnDef
}

/** Constraints that the statement puts on tables from before. */
function* added(scene: Scene): Iterable<Added> {
  for (const part of partsOf(scene)) {
    const { subtype, def, missing_ok } = part.cmd
    if (!scene.schema.isOld(part.table) || def === undefined) continue
    if (subtype === 'AT_AddConstraint' && 'Constraint' in def) yield { part, constraint: def.Constraint }
    else if (subtype === 'AT_AddColumn' && 'ColumnDef' in def) {
      const definition = def.ColumnDef
      const column = definition.colname ?? ''
      if (missing_ok === true && part.table.columns.has(column)) continue
      for (const one of definition.constraints ?? [])
        if ('Constraint' in one) yield { part, constraint: one.Constraint, column, definition }
    }
  }
}

/** NOT VALID, or from Postgres 18 on NOT ENFORCED: no row is looked at. */
const isDeferred = ({ skip_validation, is_enforced }: Constraint): boolean =>
  skip_validation === true || is_enforced !== true

/** Any: Postgres looks at the rows for `default null` too. */
const hasDefault = ({ constraints }: ColumnDef): boolean =>
  (constraints ?? []).some((one) => 'Constraint' in one && one.Constraint.contype === 'CONSTR_DEFAULT')

function placeOf(
  part: Part,
  constraint: Constraint,
  { statement }: Scene,
  column: string | undefined,
): Pick<Sighting, 'start' | 'end' | 'table'> {
  const at = column === undefined ? part.start : statement.offsetOf(constraint.location ?? 0)
  return { table: part.table, start: at >= part.start && at < part.end ? at : part.start, end: part.end }
}

function notValid(table: string, part: Part, column: string | undefined, title: string): string {
  if (column === undefined) {
    const sql = oneLine(part.sql)
    const isNamed = /^add\s+constraint\b/i.test(sql)
    return `ALTER TABLE ${table} ${isNamed ? sql : sql.replace(/^add\b/i, `ADD CONSTRAINT ${quoted(title)}`)} NOT VALID;`
  }
  return `Add the column ${quoted(column)} alone, then ALTER TABLE ${table} ADD CONSTRAINT ${quoted(title)} … NOT VALID;`
}

/** VALIDATE CONSTRAINT in the transaction that added it: the lock of the addition is still held. */
function* validatedAtOnce(
  scene: Scene,
  kind: 'check' | 'foreign',
  lock: string,
  waits: string,
): Iterable<Sighting> {
  for (const part of partsOf(scene)) {
    if (part.cmd.subtype !== 'AT_ValidateConstraint' || !scene.schema.isOld(part.table)) continue
    const constraint = part.table.constraints.get(part.cmd.name ?? '')
    if (constraint?.kind !== kind || constraint.isValidated) continue
    if (constraint.transaction !== scene.statement.transaction) continue
    const isUnknown = scene.migration.transaction === 'unknown' && scene.statement.inside === undefined
    const name = nameOf(part.table)
    yield {
      table: part.table,
      start: part.start,
      end: part.end,
      confidence: isUnknown ? 'likely' : 'certain',
      message: `${quoted(constraint.name)} is validated in the transaction that added it${isUnknown ? ' (if this file runs in one, as with most tools)' : ''}: the ${lock} lock on ${name} is held while all rows are read, and ${waits} waits.`,
      fix: `Move ALTER TABLE ${name} VALIDATE CONSTRAINT ${quoted(constraint.name)}; into a later migration, with a transaction of its own.`,
    }
  }
}
