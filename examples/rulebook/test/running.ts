/** What the examples of patterns are seen to do when they run; all others are started, and stopped again. */
import type { Server } from 'keelson'
import type pg from 'pg'

export interface Running {
  readonly exported: Readonly<Record<string, unknown>>
  readonly server: Server
  readonly client: pg.Client
}

/** By the id of the pattern. */
export const running: Readonly<Record<string, (given: Running) => Promise<void>>> = {}
