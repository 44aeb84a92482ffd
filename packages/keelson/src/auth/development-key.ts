/**
 * The key that `keelson dev` prints. Made once for a data folder and kept there in a file that only its owner can
 * read; the database holds its hash, as of every key.
 */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashOf, isApiKey } from './api-key.js'
import type { KeyStore } from './key-store.js'

/** Whom the development key stands for. */
export const DEVELOPER = '00000000-0000-7000-8000-000000000001'

const FILE = 'development-key'

/** The key of this folder and database; a new one where either does not know it. Holds all scopes. */
export async function developmentKey(folder: string, keys: KeyStore): Promise<string> {
  const file = join(folder, FILE)
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim()
  if (isApiKey(kept) && (await works(kept, keys))) return kept
  const { key } = await keys.create({ owner: DEVELOPER, scopes: ['*'], name: 'keelson dev' })
  await mkdir(folder, { recursive: true })
  await writeFile(file, `${key}\n`, { mode: 0o600 })
  // A file that was there before keeps its mode.
  await chmod(file, 0o600)
  return key
}

async function works(key: string, keys: KeyStore): Promise<boolean> {
  const [finding] = await keys.find([hashOf(key)])
  return finding !== undefined && !finding.isRevoked && finding.remainingMs === null
}
