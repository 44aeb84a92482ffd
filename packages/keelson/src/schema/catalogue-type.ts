/** A column's type as the database's catalogue has it. */
export interface CatalogueType {
  /** `int4`, `text`, `_uuid`, … */
  readonly name: string
  readonly oid: number
  /** With its modifiers, as in `numeric(10,2)`. */
  readonly formatted: string
  readonly modifier: number
  readonly kind: 'base' | 'enum' | 'array' | 'other'
  readonly labels: readonly string[]
}
