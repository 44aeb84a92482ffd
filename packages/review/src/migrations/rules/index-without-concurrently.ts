/** CREATE INDEX and REINDEX that keep writers out while they read the whole table. */
import { nameOfRange, written } from '../names.js'
import { tokensOf } from '../parser.js'
import { oneLine, type MigrationRule, type Scene, type Sighting } from '../rule.js'
import { nameOf, type Table } from '../schema.js'
import { WITHOUT_TRANSACTION } from '../migration.js'

export const indexWithoutConcurrently: MigrationRule = {
  id: 'index-without-concurrently',
  title: 'Index built while writers wait',
  severity: 'high',
  *look(scene) {
    const { node } = scene.statement
    if ('IndexStmt' in node) {
      const { concurrent, relation, idxname, if_not_exists } = node.IndexStmt
      if (concurrent === true) return
      const table = scene.schema.table(nameOfRange(relation))
      if (!scene.schema.isOld(table) || (table.isPartitioned && relation?.inh !== true)) return
      if (if_not_exists === true && idxname !== undefined && scene.schema.indexes.has(idxname)) return
      yield create(scene, table)
    } else if ('ReindexStmt' in node) yield* reindex(scene)
  },
}

function create(scene: Scene, table: Table): Sighting {
  const { statement, history } = scene
  const tokens = tokensOf(statement.sql)
  const index = tokens.find(({ text }) => text.toLowerCase() === 'index')
  const name = nameOf(table)
  const place = {
    table,
    start: statement.start,
    end: statement.end,
    message: `This index on ${name} is built under a SHARE lock: every INSERT, UPDATE and DELETE on ${name} waits until the whole table has been read.`,
  }
  if (table.isPartitioned)
    return {
      ...place,
      fix: `${name} is partitioned, where CONCURRENTLY is refused: CREATE INDEX … ON ONLY ${name}, then CREATE INDEX CONCURRENTLY on each partition, then ALTER INDEX … ATTACH PARTITION.`,
    }
  const at = index?.end ?? 0
  const sql = oneLine(`${statement.sql.slice(0, at)} CONCURRENTLY${statement.sql.slice(at)}`)
  const isFree =
    statement.inside === undefined && scene.migration.transaction !== 'unknown' && statement.piece.isVerbatim
  return {
    ...place,
    fix: isFree ? `${sql};` : `${sql}; — outside a transaction. ${WITHOUT_TRANSACTION[history.tool]}.`,
    insert: isFree && index !== undefined ? [{ at: statement.start + at, text: ' concurrently' }] : undefined,
  }
}

function* reindex({ statement, schema, history }: Scene): Iterable<Sighting> {
  const { node, sql, start, end } = statement
  if (!('ReindexStmt' in node)) return
  const { kind, relation, params } = node.ReindexStmt
  if ((params ?? []).some((one) => 'DefElem' in one && one.DefElem.defname === 'concurrently')) return
  if (kind !== 'REINDEX_OBJECT_TABLE' && kind !== 'REINDEX_OBJECT_INDEX') return
  const name = nameOfRange(relation)
  const table = kind === 'REINDEX_OBJECT_TABLE' ? schema.table(name) : schema.indexes.get(name.name)
  if (table !== undefined && !schema.isOld(table)) return
  const what = kind === 'REINDEX_OBJECT_TABLE' ? 'table' : 'index'
  yield {
    table,
    start,
    end,
    message: `REINDEX of the ${what} ${written(name)} keeps writers out while it reads the table, and readers that want the index.`,
    fix: `${oneLine(sql.replace(/\b(table|index)\b/i, '$1 CONCURRENTLY'))}; — outside a transaction. ${WITHOUT_TRANSACTION[history.tool]}.`,
  }
}
