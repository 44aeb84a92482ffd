/**
 * What an entry of the rulebook is. Each stands in a file of its own and holds everything about itself; whatever is shown of it
 * (docs/rulebook, the references of the skill, `keelson-review --explain`) is made from there.
 */

/** How much it hurts when it happens. */
export type Severity = 'critical' | 'high' | 'medium' | 'low'

/** Code as it is shown: compiled or run by a test where the file says so, else read by people only. */
export interface Code {
  /** For the fence: `ts`, `sql`, `prisma`, `yaml`. */
  readonly language: string
  /** What it is written with, as people say it: "Express 5 and Prisma". */
  readonly stack: string
  readonly text: string
}

interface Common {
  /** Kebab case, unique over all three kinds; never changed once published: findings and links name it. */
  readonly id: string
  readonly title: string
  /** One paragraph: what is at stake, in words an engineer who has not lived it believes. */
  readonly why: string
  /** Figures that decide (limits, defaults, costs), each with where it comes from. */
  readonly numbers: readonly string[]
  /** Ids of entries to read next, of any kind; each must exist. */
  readonly siblings: readonly string[]
  /** Lines of the floor (test/floor.ts) that this entry answers for, beside its own title. */
  readonly covers: readonly string[]
}

/** How to build it right. */
export interface Pattern extends Common {
  readonly kind: 'pattern'
  /** When to reach for it, and when not to. */
  readonly when: string
  /** The parts in the order in which they are built. */
  readonly steps: readonly string[]
  /** With Keelson: an example that CI compiles and runs. */
  readonly withKeelson: Code
  /** By hand, with Express or Fastify and Prisma, Drizzle or pg. */
  readonly byHand: Code
  /** What is usually got wrong. */
  readonly mistakes: readonly string[]
}

/** What goes wrong, why, how one notices, how to get out. */
export interface SharpEdge extends Common {
  readonly kind: 'sharp-edge'
  readonly severity: Severity
  /** What is seen from outside, as someone on call would say it; `diagnose` searches these. */
  readonly symptoms: readonly string[]
  /** The mechanism, step by step. */
  readonly mechanism: string
  /** Checks that tell it from its look-alikes: a query, a metric, a log line, a command. */
  readonly confirm: readonly string[]
  /** First what stops the bleeding, then what mends it for good. */
  readonly wayOut: readonly string[]
  readonly wrong: Code
  readonly right: Code
  /** File under packages/rulebook/test/reproductions that fails on the naive service and passes on the mended one. */
  readonly reproduction?: string
}

/** A rule. */
export interface Validation extends Common {
  readonly kind: 'validation'
  readonly severity: Severity
  /** What a reviewer looks for, precisely enough to be decided. */
  readonly looksFor: string
  /** Near misses that are fine and must not be reported. */
  readonly sparesFor: readonly string[]
  readonly fix: string
  readonly wrong: Code
  readonly right: Code
  /** `rule`: @keelson/review decides it by the rule of this id. `by-hand`: nothing executes it yet; a person or an agent looks. */
  readonly executedBy: 'rule' | 'by-hand'
}

export type Entry = Pattern | SharpEdge | Validation
