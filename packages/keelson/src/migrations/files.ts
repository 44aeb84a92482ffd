/** The application's migrations: the `.sql` files of one folder, in the order of their names. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { KeelsonError } from '../errors.js'
import type { Migration } from './own.js'

/** Throws `migration_failed` where the folder cannot be read. */
export async function readMigrations(folder: URL | string): Promise<Migration[]> {
  const path = folder instanceof URL || folder.startsWith('file:') ? fileURLToPath(folder) : folder
  const names = await readdir(path).catch((cause: unknown) => {
    const message = `The folder of migrations, ${path}, cannot be read: ${(cause as Error).message}`
    throw new KeelsonError('migration_failed', { message, cause })
  })
  const files = names.filter((name) => name.endsWith('.sql')).toSorted(byName)
  return Promise.all(files.map(async (name) => ({ name, sql: await readFile(join(path, name), 'utf8') })))
}

/** The same on every machine, whatever its language. */
const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
