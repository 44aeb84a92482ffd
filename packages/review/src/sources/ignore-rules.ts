/**
 * Which paths `.gitignore` files and the settings' `exclude` take out. As in git, the nearest file with an opinion decides, and what is
 * below an ignored folder stays ignored (the walk never enters it). Git's global and per-clone excludes are not read: a review
 * gives the same everywhere.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import ignore, { type Ignore } from 'ignore'

/** The rules of one folder, and those of the folders above it. */
export interface IgnoreRules {
  readonly rules: Ignore
  /** The folder that the rules speak of, absolute. */
  readonly folder: string
  readonly above: IgnoreRules | undefined
}

/** The rules that hold in `root` from above: of every folder up to the one with `.git`; none where there is no such folder. */
export function rulesAbove(root: string): IgnoreRules | undefined {
  const folders: string[] = []
  for (let folder = root; !existsSync(join(folder, '.git'));) {
    const parent = dirname(folder)
    if (parent === folder) return undefined
    folders.unshift(parent)
    folder = parent
  }
  let rules: IgnoreRules | undefined
  for (const folder of folders) rules = withRulesOf(folder, rules)
  return rules
}

/** `above`, and the `.gitignore` of `folder` where it has one that can be read. */
export function withRulesOf(folder: string, above: IgnoreRules | undefined): IgnoreRules | undefined {
  try {
    return { rules: ignore().add(readFileSync(join(folder, '.gitignore'), 'utf8')), folder, above }
  } catch {
    return above
  }
}

/** Whether `absolutePath` is ignored. */
export function isIgnored(
  absolutePath: string,
  isFolder: boolean,
  innermost: IgnoreRules | undefined,
): boolean {
  for (let at = innermost; at !== undefined; at = at.above) {
    const path = relative(at.folder, absolutePath).split(sep).join('/')
    const { ignored, unignored } = at.rules.test(isFolder ? `${path}/` : path)
    if (ignored || unignored) return ignored
  }
  return false
}

/** Tells whether a path (from the root, with `/`; folders end with it) is excluded by patterns as of `.gitignore`. */
export function exclusion(patterns: readonly string[]): (path: string) => boolean {
  if (patterns.length === 0) return () => false
  const rules = ignore().add(patterns)
  return (path) => rules.ignores(path)
}
