/** Foreign keys with ON DELETE CASCADE from a table that grows with use. What Prisma and Drizzle wrote is told at their schema. */
import type { Constraint } from 'libpg-query'
import { endlessCascade } from '../../catalogue/cascades.js'
import { nameOfRange } from '../names.js'
import { partsOf, type MigrationRule, type Scene, type Sighting } from '../rule.js'

export const cascadeOnLargeTables: MigrationRule = {
  id: 'cascade-on-large-tables',
  title: 'Cascading delete over a large table',
  severity: 'high',
  *look(scene) {
    if (scene.history.tool === 'Prisma' || scene.history.tool === 'Drizzle') return
    for (const { constraint, child, start, end } of foreignKeys(scene)) {
      if (constraint.fk_del_action !== 'c') continue
      const words = endlessCascade(child, nameOfRange(constraint.pktable).name)
      if (words) yield { ...words, start, end, confidence: 'likely' }
    }
  },
}

interface ForeignKey extends Pick<Sighting, 'start' | 'end'> {
  readonly constraint: Constraint
  readonly child: string
}

function* foreignKeys(scene: Scene): Iterable<ForeignKey> {
  const { statement } = scene
  const { node, end } = statement
  const at = (constraint: Constraint, child: string): ForeignKey => {
    const start = statement.offsetOf(constraint.location ?? 0)
    return { constraint, child, start, end: Math.min(end, start + 1) }
  }
  if ('CreateStmt' in node) {
    const child = nameOfRange(node.CreateStmt.relation).name
    for (const constraint of constraintsOf(node.CreateStmt.tableElts ?? [])) yield at(constraint, child)
  }
  for (const { cmd, table } of partsOf(scene)) {
    if (cmd.def === undefined) continue
    for (const constraint of constraintsOf([cmd.def])) yield at(constraint, table.name.name)
  }
}

/** Foreign keys of a table's elements, those that stand at a column included. */
function constraintsOf(elements: readonly object[]): Constraint[] {
  return elements
    .flatMap((element): Constraint[] => {
      if ('Constraint' in element) return [element.Constraint as Constraint]
      if (!('ColumnDef' in element)) return []
      return constraintsOf((element.ColumnDef as { constraints?: object[] }).constraints ?? [])
    })
    .filter(({ contype }) => contype === 'CONSTR_FOREIGN')
}
