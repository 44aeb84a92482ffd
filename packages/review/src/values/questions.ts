/** Questions that may ask themselves: each is answered once, circles and endless ones are given up. */

export const DEPTH_MAX = 120
/** Steps of one outermost question; far more than real code needs, so that hostile code ends. */
const STEPS_MAX = 60_000

export interface Budget {
  depth: number
  steps: number
  /** How often a question was given up, because it was open already or grew too far. */
  cuts: number
  /** Number of the outermost question. */
  outermost: number
}

/** Questions of one kind: remembered, circular ones ended. */
export class Questions<Q, A> {
  private readonly answers = new Map<Q, A>()
  private readonly open = new Set<Q>()
  /** What stayed unknown for a circle, and in which outermost question: it is not tried again within that one. */
  private readonly unknown = new Map<Q, number>()
  private readonly none: A

  constructor(none: A) {
    this.none = none
  }

  ask(question: Q, budget: Budget, find: () => A): A {
    const known = this.answers.get(question)
    if (known !== undefined) return known
    if (budget.depth === 0) {
      budget.steps = 0
      budget.outermost += 1
    }
    const isUnknown = this.unknown.get(question) === budget.outermost
    if (isUnknown || this.open.has(question) || budget.depth > DEPTH_MAX || budget.steps > STEPS_MAX) {
      budget.cuts += 1
      return this.none
    }
    const cutsBefore = budget.cuts
    this.open.add(question)
    budget.depth += 1
    budget.steps += 1
    try {
      const answer = find()
      const unknown = Array.isArray(answer) && answer.length === 0
      if (!unknown || budget.cuts === cutsBefore || budget.depth === 1) this.answers.set(question, answer)
      else this.unknown.set(question, budget.outermost)
      return answer
    } finally {
      budget.depth -= 1
      this.open.delete(question)
    }
  }
}
