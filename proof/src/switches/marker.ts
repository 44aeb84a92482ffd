/**
 * Nobody looks for the marker of a group whose COMMIT got lost: it is taken to have happened never, or always.
 *
 * `marker`: where the connection is cut after COMMIT was sent, the group runs again. Commands with a key find their stored
 * answer; one without meets its own rows and is refused, though its effect is there: ghost-effect. (Doubled where its rows
 * have no ids that stay the same from run to run.) `marker-trusted`: lost-effect, where it is cut before the server sees
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
  anomalies: ['ghost-effect', 'doubled-effect'],
  workloads: ['counters', 'bank'],
  fault: 'cut-after-commit',
  parts: () => ({ store: (store) => new NeverCommitted(store) }),
}

export const markerTrusted: Switch = {
  name: 'marker-trusted',
  what: 'A lost COMMIT is taken to have succeeded: the group is answered.',
  anomalies: ['lost-effect', 'G1a', 'G-single'],
  workloads: ['counters', 'bank'],
  fault: 'cut-before-commit',
  parts: () => ({ store: (store) => new AlwaysCommitted(store) }),
}
