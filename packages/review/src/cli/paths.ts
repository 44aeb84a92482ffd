/** Paths of the command line, as the report names them. */
import { existsSync, realpathSync } from 'node:fs'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import { UsageError } from './failure.js'

/** From `root` (absolute, links resolved), with `/`; the root itself is empty. Throws UsageError. */
export function pathsWithin(root: string, words: readonly string[]): readonly string[] {
  return words.map((word) => {
    const path = resolve(word)
    if (!existsSync(path)) throw new UsageError(`There is no file or folder \`${word}\`.`)
    const below = relative(root, realpathSync(path))
    if (isAbsolute(below) || below.split(sep)[0] === '..')
      throw new UsageError(`\`${word}\` is not inside ${root}: name its project with --root.`)
    return below.split(sep).join('/')
  })
}
