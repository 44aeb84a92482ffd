/** The backends that the reviewer is measured on, each with what is known to be wrong in it: `backend.json` beside its code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Fault {
  readonly rule: string
  /** From the backend's folder, with `/`. */
  readonly file: string
  /** First line of the statement, from 1. */
  readonly line: number
  /** Other lines of the same file at which it may fairly be reported. */
  readonly related?: readonly number[]
  /** Beginning of the files in any of which it may be reported: of what is told once for a whole application. */
  readonly anywhere?: string
  readonly what: string
  /** Experts could argue either way: neither a miss nor a false alarm. */
  readonly arguable?: boolean
}

export interface Backend {
  readonly name: string
  readonly folder: string
  readonly stack: string
  /** Whether every finding on it is a defect of the reviewer. */
  readonly clean: boolean
  readonly faults: readonly Fault[]
}

/** From `dist/bench`. */
const FOLDER = fileURLToPath(new URL('../../test/backends/', import.meta.url))

export function readBackends(): Backend[] {
  return readdirSync(FOLDER)
    .map((name) => join(FOLDER, name))
    .filter((folder) => existsSync(join(folder, 'backend.json')))
    .map((folder) => {
      const told = JSON.parse(readFileSync(join(folder, 'backend.json'), 'utf8')) as Omit<Backend, 'folder'>
      return { name: told.name, stack: told.stack, clean: told.clean, folder, faults: told.faults ?? [] }
    })
}
