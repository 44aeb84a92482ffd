/**
 * Who must have come before whom, by what the lists show (Adya's dependencies). ww: the second appended right after the
 * first; wr: the second read what the first appended; rw: the first read a version that the second's append ended.
 * Each is drawn to the nearest transaction only: those further on follow along ww.
 */
import type { VersionOrder } from './append-orders.js'
import type { PlacedRead } from './append-reads.js'
import { RW, WR, WW, type Edge } from './dependency-graph.js'

export function dependencies(
  orders: ReadonlyMap<string, VersionOrder>,
  reads: readonly PlacedRead[],
  writerOf: (key: string, value: number) => number | undefined,
): Edge[] {
  const edges: Edge[] = []
  for (const order of orders.values()) addWrites(order, edges)
  for (const read of reads) {
    if (read.length < 0) addStray(read, writerOf, edges)
    else addRead(read, edges)
  }
  return edges
}

function addWrites({ key, values, writers }: VersionOrder, edges: Edge[]): void {
  let from = -1
  for (const [at, to] of writers.entries()) {
    if (to < 0) continue
    if (from >= 0 && from !== to) edges.push({ from, to, kind: WW, key, value: values[at]! })
    from = to
  }
}

function addRead({ by, order, length }: PlacedRead, edges: Edge[]): void {
  const { key, values, writers } = order
  let before = length - 1
  while (before >= 0 && writers[before]! < 0) before--
  if (before >= 0 && writers[before] !== by)
    edges.push({ from: writers[before]!, to: by, kind: WR, key, value: values[before]! })
  let after = length
  while (after < writers.length && writers[after]! < 0) after++
  if (after < writers.length && writers[after] !== by)
    edges.push({ from: by, to: writers[after]!, kind: RW, key, value: values[after]! })
}

/** What fits into no order still came from somebody. */
function addStray(
  { by, order: { key }, last }: PlacedRead,
  writerOf: (key: string, value: number) => number | undefined,
  edges: Edge[],
): void {
  const from = last === undefined ? undefined : writerOf(key, last)
  if (from !== undefined && from !== by) edges.push({ from, to: by, kind: WR, key, value: last! })
}
