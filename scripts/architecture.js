/**
 * `npm run architecture`, a part of `npm run check` and of the tests: holds the source to docs/ARCHITECTURE.md.
 * Prints every breach with what to do, and warnings for what is growing. Reads files only, needs no dependency.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findBarrels, findForbiddenNames, findLongFiles } from './architecture/files.js'
import { findCycles, findRoomBreaches, readRooms } from './architecture/imports.js'
import { findForeignHosts } from './architecture/lockfile.js'
import { readSources } from './architecture/sources.js'

/** Everything wrong in the workspace at `root`, in words. */
export function checkArchitecture(root) {
  const sources = readSources(root)
  const rooms = readRooms(readFileSync(join(root, 'docs', 'ARCHITECTURE.md'), 'utf8'))
  const { errors, warnings } = findLongFiles(sources)
  return {
    files: sources.length,
    warnings,
    errors: [
      ...findRoomBreaches(sources, rooms),
      ...findCycles(sources),
      ...errors,
      ...findBarrels(sources),
      ...findForbiddenNames(sources),
      ...findForeignHosts(readFileSync(join(root, 'package-lock.json'), 'utf8')),
    ],
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { files, errors, warnings } = checkArchitecture(fileURLToPath(new URL('..', import.meta.url)))
  for (const warning of warnings) console.warn(`warning: ${warning}`)
  for (const error of errors) console.error(`error: ${error}`)
  if (errors.length > 0) process.exitCode = 1
  else console.log(`architecture: ${files} files in order, ${warnings.length} warnings`)
}
