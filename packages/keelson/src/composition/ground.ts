/** The ground: connections, the database as the application needs it, and what beside requests is done on. */
import type { App } from '../app.js'
import { openDatabase, type Database } from '../engine/database.js'
import { readMigrations } from '../migrations/files.js'
import { migrate } from '../migrations/migrate.js'
import { OWN_MIGRATIONS, type Migration } from '../migrations/own.js'
import { reach } from '../postgres/reach.js'
import type { Tables } from '../schema/load.js'
import { Background } from '../work/background.js'
import type { Plan } from './plan.js'
import { loadAppTables, refuseProblems } from './prepare.js'

export interface Ground {
  readonly database: Database
  readonly migrations: readonly Migration[]
  readonly tables: Tables
  readonly background: Background
}

export async function openGround(plan: Plan): Promise<Ground> {
  const { app, problems, config, url, log, lifecycle } = plan
  const database = openDatabase({
    url,
    max: config.databasePoolMax,
    preparedStatements: config.preparedStatements,
    onIdleError: (err) => log.warn({ err }, 'An idle connection to the database was lost.'),
  })
  const { connections } = database
  lifecycle.started('the connections', () => database.close())
  await reach(connections, url)
  const migrations = await migrationsOf(app, problems)
  if (plan.migrates) {
    const applied = await migrate(connections, migrations)
    if (applied.length > 0) log.info({ migrations: applied }, 'Migrations were applied.')
  }
  const tables = await loadAppTables(app, connections, problems)
  refuseProblems(app, problems)
  const background = new Background({
    url,
    directUrl: config.databaseDirectUrl,
    behindPooler: connections.behindPooler,
    preparedStatements: config.preparedStatements,
    isWorker: plan.roles.includes('worker'),
    log,
  })
  lifecycle.started('the connections of background work', () => background.close())
  return { database, migrations, tables, background }
}

/** All that the database must have seen. */
async function migrationsOf(app: App, problems: readonly string[]): Promise<Migration[]> {
  // A database is not touched for an application that cannot start.
  refuseProblems(app, problems)
  const folder = app.options.migrations
  return [...OWN_MIGRATIONS, ...(folder === undefined ? [] : await readMigrations(folder))]
}
