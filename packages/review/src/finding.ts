/** What the reviewer says: one finding, and the notes on what it could not read. Every output format is made from these. */
import type { Severity } from '@keelson/rulebook'

/** How sure the reviewer is. `certain`: the path was followed without a gap. `likely`: one step was assumed, and it says which. */
export type Confidence = 'certain' | 'likely'

/** A place in a file. Lines and columns count from 1, columns in UTF-16 units; offsets from 0, `end` is behind the last. */
export interface Span {
  readonly start: Position
  readonly end: Position
}

export interface Position {
  readonly line: number
  readonly column: number
  readonly offset: number
}

/** A station of the way from source to sink. */
export interface Step {
  /** Relative to the root of the review, with `/`. */
  readonly file: string
  readonly span: Span
  /** "the request's body", "is concatenated here", "reaches pool.query". */
  readonly note: string
}

/** A replacement in one file. Edits of a finding are applied all or none, and are offered only where they change no behaviour but the fault. */
export interface Edit {
  readonly file: string
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface Finding {
  /** Id of the rule, which is the id of its entry in the rulebook. */
  readonly rule: string
  readonly severity: Severity
  readonly confidence: Confidence
  /** Relative to the root of the review, with `/`. */
  readonly file: string
  readonly span: Span
  /** One sentence: what is wrong here, with the names of this code. */
  readonly message: string
  /** From source to sink; the last one is the place of the finding. May be empty where the place says it all. */
  readonly path: readonly Step[]
  /** What to write instead, for this code. */
  readonly fix: string
  readonly edits?: readonly Edit[]
}

/** Something the reviewer could not read: a broken, binary or huge file. Never a reason to fail. */
export interface Note {
  /** Relative to the root of the review, with `/`; `.` where it is about no file in particular. */
  readonly file: string
  readonly message: string
  /** The reviewer itself failed here: findings may be missing. Its users should tell us. */
  readonly isDefect?: boolean
}
