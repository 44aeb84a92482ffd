/**
 * Relations of a Prisma schema, read from its text: models, the fields that hold a foreign key, and what is to happen when the parent is
 * deleted. The language is one line a field; what is not understood is passed over.
 */

export interface Relation {
  /** The model that holds the foreign key, and the table that it is mapped to. */
  readonly child: string
  readonly table: string
  readonly parent: string
  readonly onDelete: string | undefined
  /** Offsets of the field in the text. */
  readonly start: number
  readonly end: number
}

const MODEL = /^[ \t]*model\s+(\w+)\s*\{([^}]*)\}/gm
const FIELD = /^[ \t]*(\w+)[ \t]+(\w+)\??[ \t]+(?:[^\n]*?)@relation\(([^\n]*)\)[^\n]*$/gm

export function relationsOf(text: string): Relation[] {
  const code = withoutComments(text)
  return [...code.matchAll(MODEL)].flatMap((model) => {
    const [whole, child, body] = model as unknown as [string, string, string]
    const bodyAt = model.index + whole.indexOf('{') + 1
    const table = /@@map\(\s*(?:name\s*:\s*)?"([^"]+)"/.exec(body)?.[1] ?? child
    return [...body.matchAll(FIELD)].flatMap((field): Relation[] => {
      const [line, , parent, options] = field as unknown as [string, string, string, string]
      if (!/\bfields\s*:/.test(options)) return []
      const start = bodyAt + field.index + line.search(/\S/)
      const onDelete = /\bonDelete\s*:\s*(\w+)/.exec(options)?.[1]
      return [{ child, table, parent, onDelete, start, end: bodyAt + field.index + line.trimEnd().length }]
    })
  })
}

/** Comments become spaces, so that offsets stay. */
const withoutComments = (text: string): string =>
  text.replaceAll(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*/g, (part) =>
    part.startsWith('"') ? part : ' '.repeat(part.length),
  )
