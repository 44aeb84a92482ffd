/** Small files that a tool keeps beside its migrations and that say how they are run. */
import { readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

export interface MigrationSource {
  /** Relative to the root of the review, with `/`. */
  readonly path: string
  readonly absolutePath: string
  readonly text: string
}

const SIZE_MAX = 1_048_576

/** The text of the file at `path` from the folder of `source`; undefined where there is none, or it lies outside the root. */
export function besides(source: MigrationSource, path: string): string | undefined {
  const file = join(dirname(source.absolutePath), path)
  const root = source.absolutePath.slice(0, source.absolutePath.length - source.path.length)
  if (relative(root, file).startsWith('..')) return undefined
  try {
    return statSync(file).size > SIZE_MAX ? undefined : readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
