/** What a rule is, and what it is given to say something. One file a rule under rules/, listed in rules/all.ts. */
import type { Severity } from '@keelson/rulebook'
import type { Confidence, Edit, Step } from './finding.js'
import type { Program } from './program.js'
import type { Node } from './syntax/nodes.js'

/** What a rule says about one place. The runner adds rule, severity, file and span. */
export interface Report {
  /** The node that the finding is shown at; its first line is the finding's line. */
  readonly at: Node
  readonly message: string
  readonly fix: string
  /** `certain` unless a step was assumed. */
  readonly confidence?: Confidence
  readonly path?: readonly Step[]
  readonly edits?: readonly Edit[]
}

export interface Rule {
  /** Id of its entry in the rulebook. */
  readonly id: string
  /** What it reports, in a few words. */
  readonly title: string
  readonly severity: Severity
  /** Looks at the whole program and reports. A rule never walks trees: it starts from the program's indexes. */
  check(program: Program, report: (found: Report) => void): void
}
