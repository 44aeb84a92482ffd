/** Names of the catalogue: how they are compared, and how they are written back. */
import type { Node, RangeVar } from 'libpg-query'

/** A name with its schema; `public` where none is said. */
export interface Name {
  readonly schema: string | undefined
  readonly name: string
}

export const nameOfRange = (range: RangeVar | undefined): Name => ({
  schema: range?.schemaname,
  name: range?.relname ?? '',
})

/** Of a list of identifiers: `schema.name` or `name`. */
export function nameOfList(items: readonly Node[] | undefined): Name {
  const parts = stringsOf(items)
  return { schema: parts.at(-2), name: parts.at(-1) ?? '' }
}

export function stringsOf(items: readonly Node[] | undefined): string[] {
  return (items ?? []).flatMap((item) => ('String' in item ? [item.String.sval ?? ''] : []))
}

/** Of an element of a DROP statement, or of the object of a RENAME. */
export function nameOfObject(node: Node | undefined): Name {
  if (node === undefined) return { schema: undefined, name: '' }
  if ('List' in node) return nameOfList(node.List.items)
  if ('TypeName' in node) return nameOfList(node.TypeName.names)
  if ('RangeVar' in node) return nameOfRange(node.RangeVar)
  return { schema: undefined, name: '' }
}

export const keyOf = ({ schema, name }: Name): string => `${schema ?? 'public'}.${name}`

/** As it is written in SQL. */
export const quoted = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) && !RESERVED.has(name) ? name : `"${name.replaceAll('"', '""')}"`

export const written = ({ schema, name }: Name): string =>
  schema === undefined ? quoted(name) : `${quoted(schema)}.${quoted(name)}`

const RESERVED: ReadonlySet<string> = new Set(
  'all and any array as asc both case cast check collate column constraint create default desc distinct do else end except false for foreign from grant group having in initially into leading limit not null offset on only or order placing primary references returning select session_user some symmetric table then to trailing true union unique user using when where window with'.split(
    ' ',
  ),
)
