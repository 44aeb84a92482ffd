/** NOT NULL that makes Postgres read the whole table while nobody can use it. */
import type { ColumnDef } from 'libpg-query'
import { quoted, stringsOf } from '../names.js'
import { partsOf, type MigrationRule, type Part, type Sighting } from '../rule.js'
import { nameOf, type Table } from '../schema.js'
import { isSerial } from '../column-types.js'

export const notNullUnderLock: MigrationRule = {
  id: 'not-null-under-lock',
  title: 'NOT NULL checked under an exclusive lock',
  severity: 'high',
  *look(scene) {
    for (const part of partsOf(scene)) {
      if (!scene.schema.isOld(part.table)) continue
      const { subtype, def, name = '' } = part.cmd
      if (subtype === 'AT_SetNotNull' && !isKept(part.table, name)) yield setNotNull(part, name)
      else if (def === undefined) continue
      else if (subtype === 'AT_AddColumn' && 'ColumnDef' in def && isEmptyAndRequired(def.ColumnDef))
        yield required(part, def.ColumnDef)
      else if (subtype === 'AT_AddConstraint' && 'Constraint' in def) {
        const { contype, keys, skip_validation } = def.Constraint
        const column = stringsOf(keys)[0] ?? ''
        if (contype === 'CONSTR_NOTNULL' && skip_validation !== true && !isKept(part.table, column))
          yield setNotNull(part, column)
      }
    }
  },
}

/** Known to hold no null already: the statement then only writes down what is proven. */
function isKept(table: Table, column: string): boolean {
  if (table.columns.get(column)?.isNotNull === true) return true
  return [...table.constraints.values()].some(
    ({ isValidated, keepsNotNull }) => isValidated && keepsNotNull.includes(column),
  )
}

function setNotNull({ table, start, end }: Part, column: string): Sighting {
  const name = nameOf(table)
  const constraint = quoted(`${table.name.name}_${column}_not_null`)
  return {
    table,
    start,
    end,
    message: `NOT NULL on ${name}.${quoted(column)} reads the whole table under an ACCESS EXCLUSIVE lock: every read and write of ${name} waits for it.`,
    fix: `ALTER TABLE ${name} ADD CONSTRAINT ${constraint} CHECK (${quoted(column)} IS NOT NULL) NOT VALID; in a later migration ALTER TABLE ${name} VALIDATE CONSTRAINT ${constraint}; then ALTER TABLE ${name} ALTER COLUMN ${quoted(column)} SET NOT NULL, which reads nothing, and DROP CONSTRAINT ${constraint}.`,
  }
}

function isEmptyAndRequired({ constraints, raw_default, typeName }: ColumnDef): boolean {
  const kinds = (constraints ?? []).flatMap((one) => ('Constraint' in one ? [one.Constraint.contype] : []))
  const hasValue = kinds.some(
    (kind) => kind === 'CONSTR_DEFAULT' || kind === 'CONSTR_IDENTITY' || kind === 'CONSTR_GENERATED',
  )
  const isRequired = kinds.some((kind) => kind === 'CONSTR_NOTNULL' || kind === 'CONSTR_PRIMARY')
  return isRequired && !hasValue && raw_default === undefined && !isSerial(typeName)
}

function required({ table, start, end }: Part, { colname = '' }: ColumnDef): Sighting {
  const name = nameOf(table)
  return {
    table,
    start,
    end,
    message: `The new column ${name}.${quoted(colname)} is NOT NULL and has no default: the statement fails as soon as ${name} holds a row, having kept all others out with an ACCESS EXCLUSIVE lock.`,
    fix: `Add ${quoted(colname)} with a constant DEFAULT, which rewrites nothing; or add it nullable, fill it in batches, then CHECK (${quoted(colname)} IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT in a later migration, and SET NOT NULL.`,
  }
}
