/** A store that remembers what its waves brought last: what an engine would go by that trusted them. Bounded. */
import type { Shape } from 'keelson/internals/engine/port'
import { StoreAround, type TableInfo, type Tuple } from './store-around.js'

const REMEMBERED_MAX = 50_000

const idOf = (id: string, parameters: readonly string[]): string => `${id}\0${parameters.join('\0')}`

export class WavesSeen extends StoreAround {
  readonly #rows = new Map<TableInfo, Map<string, Tuple | null>>()
  readonly #shapes = new Map<string, readonly Tuple[]>()

  override async readRows(table: TableInfo, keys: readonly string[]): Promise<ReadonlyMap<string, Tuple>> {
    const found = await this.inner.readRows(table, keys)
    let rows = this.#rows.get(table)
    if (rows === undefined || rows.size > REMEMBERED_MAX)
      this.#rows.set(table, (rows = new Map<string, Tuple | null>()))
    for (const key of keys) rows.set(key, found.get(key) ?? null)
    return found
  }

  override async readShape(
    shape: Shape,
    parameters: readonly (readonly string[])[],
  ): Promise<readonly (readonly Tuple[])[]> {
    const found = await this.inner.readShape(shape, parameters)
    if (this.#shapes.size > REMEMBERED_MAX) this.#shapes.clear()
    parameters.forEach((each, at) => this.#shapes.set(idOf(shape.id, each), found[at]!))
    return found
  }

  /** null: seen to be absent; undefined: never seen. */
  protected seenRow(table: TableInfo, key: string): Tuple | null | undefined {
    return this.#rows.get(table)?.get(key)
  }

  protected seenShape(shape: Shape, parameters: readonly string[]): readonly Tuple[] | undefined {
    return this.#shapes.get(idOf(shape.id, parameters))
  }
}
