/**
 * The answer under an Idempotency-Key is stored in a transaction of its own, after the commit of its command.
 *
 * Anomaly: doubled-effect. The same key sent to two processes at once shows it: the second gets the key's lock in between;
 * so does a process that dies there.
 */
import type {
  EffectRows,
  FlushPlan,
  FlushResult,
  LockedGroup,
  LockPlan,
  SoloPlan,
  SoloSession,
  Store,
  Violation,
  Write,
} from 'keelson/internals/engine/port'
import { randomUUID } from 'node:crypto'
import { GroupAround, StoreAround } from './store-around.js'
import type { Switch } from './switch.js'

type Split = { readonly own: readonly EffectRows[]; readonly keys: readonly EffectRows[] }

/** Memories of answers are the tables that have a lookup. */
const split = (effects: readonly EffectRows[]): Split => ({
  own: effects.filter(({ table }) => table.lookup === undefined),
  keys: effects.filter(({ table }) => table.lookup !== undefined),
})

async function storeLater(store: Store, effects: readonly EffectRows[]): Promise<void> {
  if (effects.length === 0) return
  const groupId = randomUUID()
  const group = await store.lock({
    groupId,
    claims: [],
    orderedKeys: [],
    guards: [],
    visited: [],
    rows: [],
    reads: [],
  })
  await group.flush({ groupId, statements: [], replaced: [], effects, checkDeferred: false })
}

class GroupWithoutKeys extends GroupAround {
  readonly #store: Store

  constructor(inner: LockedGroup, store: Store) {
    super(inner)
    this.#store = store
  }

  override async flush(plan: FlushPlan): Promise<FlushResult> {
    const { own, keys } = split(plan.effects)
    const result = await this.inner.flush({ ...plan, effects: own })
    if (result.kind === 'committed') await this.#storeLater(keys)
    return result
  }

  override async flushAlone(
    groupId: string,
    writes: readonly Write[],
    effects: readonly EffectRows[],
    instead: (violation: Violation) => readonly EffectRows[] | undefined,
  ): Promise<FlushResult | { readonly kind: 'refused'; readonly violation: Violation }> {
    let { own, keys } = split(effects)
    const result = await this.inner.flushAlone(groupId, writes, own, (violation) => {
      const rows = instead(violation)
      if (rows === undefined) return undefined
      ;({ own, keys } = split(rows))
      return own
    })
    if (result.kind === 'committed' || result.kind === 'refused') await this.#storeLater(keys)
    return result
  }

  async #storeLater(keys: readonly EffectRows[]): Promise<void> {
    await storeLater(this.#store, keys).catch(() => undefined)
  }
}

class KeysLater extends StoreAround {
  override async lock(plan: LockPlan): Promise<LockedGroup> {
    return new GroupWithoutKeys(await this.inner.lock(plan), this.inner)
  }

  override async solo(plan: SoloPlan): Promise<SoloSession> {
    const session = await this.inner.solo!(plan)
    const commit = session.commit.bind(session)
    session.commit = async (effects) => {
      const { own, keys } = split(effects)
      const result = await commit(own)
      if (result.kind === 'committed') await storeLater(this.inner, keys).catch(() => undefined)
      return result
    }
    return session
  }
}

export const keyInCommit: Switch = {
  name: 'key-in-commit',
  what: 'The answer under a key is stored in a transaction of its own, after the commit.',
  anomalies: ['doubled-effect', 'different-answer'],
  workloads: ['keys'],
  fault: undefined,
  parts: () => ({ store: (store) => new KeysLater(store) }),
}
