/** A store whose every n-th flush loses its COMMIT: after the server has seen it, or before. Stands in for the proxy's cuts. */
import type { FlushPlan, FlushResult, LockedGroup, LockPlan, Store } from 'keelson/internals/engine/port'
import { GroupAround, StoreAround } from '../../src/switches/store-around.js'

export type Cut = 'cut-after-commit' | 'cut-before-commit'

const EVERY = 5

export class LostCommits extends StoreAround {
  readonly #cut: Cut
  #flushes = 0

  constructor(inner: Store, cut: Cut) {
    super(inner)
    this.#cut = cut
  }

  override async lock(plan: LockPlan): Promise<LockedGroup> {
    const group = await this.inner.lock(plan)
    return ++this.#flushes % EVERY === 0 ? new LosingGroup(group, this.#cut) : group
  }
}

class LosingGroup extends GroupAround {
  readonly #cut: Cut

  constructor(inner: LockedGroup, cut: Cut) {
    super(inner)
    this.#cut = cut
  }

  override async flush(plan: FlushPlan): Promise<FlushResult> {
    const lost: FlushResult = { kind: 'lost', error: new Error('The connection was cut.') }
    if (this.#cut === 'cut-before-commit') {
      await this.inner.rollback()
      return lost
    }
    const result = await this.inner.flush(plan)
    return result.kind === 'committed' ? lost : result
  }
}
