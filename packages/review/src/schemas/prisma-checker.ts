/** What a Prisma schema declares and will hurt: deletes that cascade over tables which grow. */
import { endlessCascade } from '../catalogue/cascades.js'
import type { Checker } from '../checker.js'
import type { Finding } from '../finding.js'
import { cascadeOnLargeTables } from '../rules/cascade-on-large-tables.js'
import type { SourceFile } from '../sources/source-file.js'
import { Lines } from '../syntax/spans.js'
import { relationsOf } from './prisma-relations.js'

const { id, title, severity } = cascadeOnLargeTables

export const prismaSchemaChecker: Checker = {
  name: 'Prisma schemas',
  rules: [{ id, title, severity }],
  async check(files) {
    const schemas = files.filter(({ kind }) => kind === 'prisma')
    return { findings: schemas.flatMap(cascadesOf), notes: [] }
  },
}

function cascadesOf({ path, text }: SourceFile): Finding[] {
  const lines = new Lines(text)
  return relationsOf(text).flatMap(({ child, parent, onDelete, start, end }): Finding[] => {
    const words = onDelete === 'Cascade' ? endlessCascade(child, parent) : undefined
    if (words === undefined) return []
    return [
      {
        rule: id,
        severity,
        confidence: 'likely',
        file: path,
        span: lines.span({ start, end }),
        ...words,
        path: [],
      },
    ]
  })
}
