/**
 * Nobody looks for the marker of a group whose COMMIT got lost: it is taken to have happened never, or always.
 *
 * `marker`: doubled-effect, where the connection is cut after COMMIT was sent: the group runs again. Commands without a key
 * show it; with a key they find their stored answer. `marker-trusted`: lost-effect, where it is cut before the server sees
 * COMMIT: the group is answered and was never there.
 */
import { StoreAround } from './store-around.js'
import type { Switch } from './switch.js'

class NeverCommitted extends StoreAround {
  override async resolve(): Promise<'committed' | 'never'> {
    return 'never'
  }
}

class AlwaysCommitted extends StoreAround {
  override async resolve(): Promise<'committed' | 'never'> {
    return 'committed'
  }
}

export const marker: Switch = {
  name: 'marker',
  what: 'A lost COMMIT is taken to have failed: the group runs again.',
  anomalies: ['doubled-effect'],
  workloads: ['counters', 'bank'],
  fault: 'cut-after-commit',
  parts: () => ({ store: (store) => new NeverCommitted(store) }),
}

export const markerTrusted: Switch = {
  name: 'marker-trusted',
  what: 'A lost COMMIT is taken to have succeeded: the group is answered.',
  anomalies: ['lost-effect'],
  workloads: ['counters', 'bank'],
  fault: 'cut-before-commit',
  parts: () => ({ store: (store) => new AlwaysCommitted(store) }),
}
