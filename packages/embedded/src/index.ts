/**
 * A real Postgres from npm, for development and tests: no Docker, no download, nothing to install. Not for production,
 * where the database deserves a machine, replicas and backups of its own.
 */
import { start, type EmbeddedOptions, type EmbeddedPostgres } from './start.js'

export { EmbeddedError, type EmbeddedErrorCode } from './errors.js'
export type { EmbeddedOptions, EmbeddedPostgres } from './start.js'

/**
 * Starts Postgres on a folder, making the folder, the cluster and the database as need be, and waits until it takes
 * connections. A server that an earlier, killed run left there is taken over.
 *
 * @throws EmbeddedError whose code says what kind of obstacle there is, and whose message what to do about it.
 */
export function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  return start(options)
}
