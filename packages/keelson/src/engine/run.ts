/** One run of a handler: what it is given, and how it may end before its end. */
import type { Tables } from '../schema/load.js'
import type { TableInfo, Tuple } from '../schema/table.js'
import type { Attempt } from './attempt.js'
import type { Shape } from './port.js'
import type { SoloWork } from './solo-work.js'
import type { WaveCount } from './wave-count.js'

/** Where a run's reads come from. `undefined`: outside of what this source can tell; the run ends there. */
export interface Source {
  row(table: TableInfo, key: string): Tuple | null | undefined | Promise<Tuple | null | undefined>
  shaped(
    shape: Shape,
    parameters: readonly string[],
  ): readonly Tuple[] | undefined | Promise<readonly Tuple[] | undefined>
}

/** What stays the same however often a command's handler runs. */
export interface Constants {
  readonly nowMs: number
  /** The n-th id of this command. */
  idAt(index: number): string
  isBorn(id: string): boolean
  /** The n-th value of this command that a default function of a column made. */
  defaultAt(index: number, make: () => unknown): unknown
}

/** One run. */
export interface Run {
  readonly tables: Tables
  readonly constants: Constants
  readonly attempt: Attempt
  readonly source: Source
  readonly solo: SoloWork | undefined
  /** Of runs whose reads go out as waves. */
  readonly waveCount: WaveCount | undefined
}

/** Thrown where a synchronous write ends the run; the run is over whether or not the handler catches it. */
export class RunEnded extends Error {}
