/** `keelson dev --seed`: code that fills a database while the app already serves. */
import type { Server } from '../composition/server.js'
import { DEVELOPER } from '../auth/development-key.js'
import type { Actor } from '../operation/actor.js'

export interface SeedContext {
  /** Where the app listens, without a slash at the end. */
  readonly url: string
  /** The development key. */
  readonly key: string
  /** Executes an operation in the process; as the developer, who holds all scopes, unless told otherwise. */
  readonly execute: Server['execute']
  /** Shows how far it is; each message replaces the one before in a terminal. */
  readonly progress: (message: string) => void
  /** Aborted when the process stops: end soon, and go on at the next start. */
  readonly signal: AbortSignal
}

/** The default export of a seed module. Runs at every start: it must find out itself what is there. */
export type Seed = (context: SeedContext) => Promise<void>

const DEVELOPER_ACTOR: Actor = Object.freeze({ id: DEVELOPER, scopes: Object.freeze(['*']) })

/** `execute` as the developer. */
export const asDeveloper =
  (server: Server): Server['execute'] =>
  (operation, input, options) =>
    server.execute(operation, input, { as: DEVELOPER_ACTOR, ...options })
