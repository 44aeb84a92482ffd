/** The service under proof, in two versions that can run at once. */
import { app, module, type Actor, type App } from 'keelson'
import * as append from './append.js'
import * as bank from './bank.js'
import { countersModule } from './counters.js'
import * as deposits from './deposits.js'
import * as errands from './errands.js'
import * as names from './names.js'
import * as notes from './notes.js'
import * as orders from './orders.js'
import * as pointers from './pointers.js'
import * as slots from './slots.js'
import * as tables from './tables.js'

export type Version = 1 | 2

/** Seen from dist/src/service. */
const MIGRATIONS = '../../../migrations'

/** Whoever asks: keys of callers who are not signed in would have to be unguessable, and those of the proof tell what they are for. */
const PROVER: Actor = Object.freeze({ id: 'prover', scopes: Object.freeze([]) })

const made = new Map<Version, App>()

/** The application of this version; the same one each time. */
export function serviceApp(version: Version): App {
  let service = made.get(version)
  if (service === undefined) {
    const others = { ...append, ...bank, ...errands, ...names, ...notes, ...orders, ...pointers }
    service = app({
      name: 'proof',
      version: `${version}.0.0`,
      modules: [
        module('tables', tables),
        module('others', others),
        module('slots', slots),
        module('deposits', deposits),
        countersModule(version),
      ],
      auth: { authenticate: () => PROVER },
      migrations: new URL(`${MIGRATIONS}/${version}`, import.meta.url),
    })
    made.set(version, service)
  }
  return service
}
