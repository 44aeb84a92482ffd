/** What running code still uses, taken away or renamed: until the last old process has gone, each use of it fails. */
import type { RenameStmt } from 'libpg-query'
import { keyOf, nameOfObject, nameOfRange, quoted, written, type Name } from '../names.js'
import { partsOf, type MigrationRule, type Scene, type Sighting } from '../rule.js'
import { nameOf, type Schema, type Table } from '../schema.js'

const CONTRACT =
  'Expand and contract: first deploy code that no longer uses it, and drop it in a migration after that; where that has been done, suppress this finding with that reason.'

export const renameOrDropInUse: MigrationRule = {
  id: 'rename-or-drop-in-use',
  title: 'Rename or drop of what running code uses',
  severity: 'high',
  *look(scene) {
    const { node } = scene.statement
    if ('RenameStmt' in node) yield* renamed(scene, node.RenameStmt)
    else if ('DropStmt' in node) {
      for (const object of node.DropStmt.objects ?? [])
        yield* dropped(
          scene,
          node.DropStmt.removeType ?? '',
          nameOfObject(object),
          node.DropStmt.missing_ok === true,
        )
    } else if ('AlterObjectSchemaStmt' in node && node.AlterObjectSchemaStmt.objectType === 'OBJECT_TABLE') {
      const { relation, newschema = '' } = node.AlterObjectSchemaStmt
      yield* moved(
        scene,
        scene.schema.table(nameOfRange(relation)),
        `moved to the schema ${quoted(newschema)}`,
      )
    } else yield* droppedColumns(scene)
  },
}

function* droppedColumns(scene: Scene): Iterable<Sighting> {
  for (const { cmd, table, start, end } of partsOf(scene)) {
    if (cmd.subtype !== 'AT_DropColumn' || !scene.schema.isOld(table)) continue
    const name = cmd.name ?? ''
    const column = table.columns.get(name)
    if (column?.madeIn === scene.schema.migration) continue
    if (column === undefined && (cmd.missing_ok === true || table.isKnown)) continue
    yield {
      start,
      end,
      severity: 'medium',
      message: `${nameOf(table)}.${quoted(name)} is dropped with its data: code that is running when this is applied and still names the column fails.`,
      fix: CONTRACT,
    }
  }
}

function* renamed(scene: Scene, node: RenameStmt): Iterable<Sighting> {
  const { renameType, relation, object, subname = '', newname = '' } = node
  const { start, end } = scene.statement
  if (
    renameType === 'OBJECT_COLUMN' &&
    (node.relationType === 'OBJECT_TABLE' || node.relationType === undefined)
  ) {
    const table = scene.schema.table(nameOfRange(relation))
    if (!scene.schema.isOld(table)) return
    if (table.columns.get(subname)?.madeIn === scene.schema.migration || isTakenOver(scene, newname)) return
    yield {
      table,
      start,
      end,
      holds: () => !table.columns.has(subname),
      message: `${nameOf(table)}.${quoted(subname)} is renamed to ${quoted(newname)}: code that is running when this is applied and still names the old column fails, and so does new code that starts before.`,
      fix: `Add ${quoted(newname)} beside it, write both, fill it in batches, read from it, and drop ${quoted(subname)} in a later migration; or keep the name in the database and rename in the code alone.`,
    }
  } else if (
    renameType === 'OBJECT_TABLE' ||
    renameType === 'OBJECT_VIEW' ||
    renameType === 'OBJECT_MATVIEW'
  ) {
    const table = scene.schema.table(nameOfRange(relation))
    if (!isTakenOver(scene, newname)) yield* moved(scene, table, `renamed to ${quoted(newname)}`)
  } else if (renameType === 'OBJECT_TYPE') {
    const name = nameOfObject(object)
    if (scene.schema.types.get(keyOf(name))?.madeIn === scene.schema.migration) return
    yield {
      start,
      end,
      severity: 'medium',
      holds: (schema) => !schema.types.has(keyOf(name)),
      message: `The type ${written(name)} is renamed to ${quoted(newname)}: casts to the old name in running code fail.`,
      fix: `Keep the name, or create ${quoted(newname)} beside it and move the columns over before the old type is dropped.`,
    }
  }
}

/** Another thing gave this name away earlier in the file: a swap, after which the name is there as before. */
function isTakenOver({ statements, statement }: Scene, newname: string): boolean {
  return statements
    .slice(0, statements.indexOf(statement))
    .some(
      ({ node }) =>
        'RenameStmt' in node &&
        (node.RenameStmt.renameType === 'OBJECT_COLUMN'
          ? node.RenameStmt.subname === newname
          : node.RenameStmt.relation?.relname === newname),
    )
}

function* moved(scene: Scene, table: Table, how: string): Iterable<Sighting> {
  if (table.madeIn === scene.schema.migration || table.isTemporary || table.isPartition) return
  const name = table.name
  yield {
    start: scene.statement.start,
    end: scene.statement.end,
    holds: (schema) => !schema.has(name),
    message: `${nameOf(table)} is ${how}: code that is running when this is applied and still names it fails.`,
    fix: `In the same transaction, leave a view behind: CREATE VIEW ${written(name)} AS SELECT * FROM …; and drop it once no process uses the old name.`,
  }
}

function* dropped(scene: Scene, kind: string, name: Name, isOptional: boolean): Iterable<Sighting> {
  const { schema, statement } = scene
  const place = { start: statement.start, end: statement.end, severity: 'medium' as const, fix: CONTRACT }
  if (kind === 'OBJECT_TYPE' || kind === 'OBJECT_DOMAIN') {
    const type = schema.types.get(keyOf(name))
    if (type === undefined ? isOptional || isRenamedHere(scene, name) : type.madeIn === schema.migration)
      return
    if (isRenamedHere(scene, name)) return
    yield {
      ...place,
      holds: (last) => !last.types.has(keyOf(name)),
      message: `The type ${written(name)} is dropped: casts to it in running code fail.`,
    }
    return
  }
  if (kind !== 'OBJECT_TABLE' && kind !== 'OBJECT_VIEW' && kind !== 'OBJECT_MATVIEW') return
  const table = schema.find(name)
  if (table === undefined && isOptional) return
  if (table !== undefined && isSpared(schema, table)) return
  const hasData = kind === 'OBJECT_TABLE'
  yield {
    ...place,
    holds: (last) => hasData || !last.has(name),
    message: `${written(name)} is dropped${hasData ? ' with its data' : ''}: code that is running when this is applied and still names it fails.`,
  }
}

/** Made here, temporary, a partition past its time, or renamed out of use by an earlier migration. */
function isSpared(schema: Schema, table: Table): boolean {
  if (table.madeIn === schema.migration || table.isTemporary || table.isPartition) return true
  return table.renamedIn !== undefined
}

const isRenamedHere = ({ statements }: Scene, { name }: Name): boolean =>
  statements.some(
    ({ node }) =>
      'RenameStmt' in node &&
      node.RenameStmt.renameType === 'OBJECT_TYPE' &&
      node.RenameStmt.newname === name,
  )
