/** What commands of the terminal do in the database alone: one connection, and in words what stands in their way. */
import { readConfig } from '../config/config.js'
import { KeelsonError } from '../errors.js'
import { Connections } from '../postgres/connections.js'
import { reach } from '../postgres/reach.js'
import { sqlStateOf } from '../postgres/sqlstate.js'
import { Obstacle } from './failure.js'

export interface Subject {
  /** What the database holds, such as `the events`. */
  readonly what: string
  /** What the user must be allowed to use, such as `the table keelson.api_keys`. */
  readonly tables: string
}

/** Resolves with what is to be said. Throws Obstacle, and KeelsonError where the database cannot be used. */
export async function inDatabase(
  { what, tables }: Subject,
  work: (connections: Connections) => Promise<string>,
): Promise<string> {
  const { databaseUrl } = readConfig(process.env)
  if (databaseUrl === undefined)
    throw new Obstacle(
      `DATABASE_URL is missing: the database that holds ${what}. \`keelson dev\` shows its own.`,
    )
  const connections = new Connections({ url: databaseUrl, max: 1 })
  try {
    await reach(connections, databaseUrl)
    return await work(connections)
  } catch (error) {
    throw explained(error, tables)
  } finally {
    await connections.close()
  }
}

/** For programs. */
export const asJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

function explained(error: unknown, tables: string): unknown {
  // 42P01: no such table; 42703: no such column; 3F000: no such schema.
  if (['42P01', '42703', '3F000'].includes(sqlStateOf(error) ?? ''))
    return new Obstacle(
      'This database does not have the tables of this version of Keelson: start the app on it once, which makes them.',
      { cause: error },
    )
  if (sqlStateOf(error) === '42501')
    return new Obstacle(`The user of DATABASE_URL may not use ${tables}.`, { cause: error })
  if (error instanceof KeelsonError && error.code === 'invalid_use')
    return new Obstacle(error.message, { cause: error })
  return error
}
