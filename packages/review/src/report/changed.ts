/**
 * What has changed since a branch left its base, asked of git: lines of tracked files, and whole files that git does not know yet. The
 * working tree counts, committed or not.
 */
import { execFile } from 'node:child_process'
import type { Finding } from '../finding.js'
import { changedLines, type LineRange } from './diff.js'

export interface Changes {
  /** What was compared with, as git names it. */
  readonly base: string
  /** By path from the root; `all` for new files. */
  readonly files: ReadonlyMap<string, readonly LineRange[] | 'all'>
}

/** git is missing, this is no repository, or there is no such base. */
export class GitError extends Error {}

const DEFAULT_BASES = ['origin/main', 'main', 'origin/master', 'master']
/** Whatever the user's configuration says, the output is what diff.ts reads. */
const DIFF =
  '-c core.quotePath=true diff --unified=0 --no-color --no-ext-diff --no-textconv --src-prefix=a/ --dst-prefix=b/ --relative --find-renames'.split(
    ' ',
  )
const GIT_TIMEOUT_MS = 30_000
const OUTPUT_MAX_BYTES = 256 * 1_048_576

/** Throws GitError. `base` is whatever git takes for a commit. */
export async function changesSince(root: string, base: string | undefined): Promise<Changes> {
  await git(root, ['rev-parse', '--is-inside-work-tree'])
  const name = await baseOf(root, base)
  const merge = await git(root, ['merge-base', name.commit, 'HEAD']).catch((cause: unknown) => {
    throw new GitError(
      `HEAD and ${name.name} have no common commit here. In CI, fetch the history: fetch-depth: 0.`,
      { cause },
    )
  })
  const diff = await git(root, [...DIFF, merge.trim(), '--', '.'])
  const untracked = await git(root, ['ls-files', '--others', '--exclude-standard', '-z'])
  const files = new Map<string, readonly LineRange[] | 'all'>(changedLines(diff))
  for (const file of untracked.split('\0')) if (file !== '') files.set(file, 'all')
  return { base: name.name, files }
}

async function baseOf(root: string, base: string | undefined): Promise<{ name: string; commit: string }> {
  for (const name of base === undefined ? DEFAULT_BASES : [base]) {
    const commit = await git(root, [
      'rev-parse',
      '--verify',
      '--quiet',
      '--end-of-options',
      `${name}^{commit}`,
    ]).catch(() => undefined)
    if (commit !== undefined) return { name, commit: commit.trim() }
  }
  throw new GitError(
    base === undefined
      ? `There is none of ${DEFAULT_BASES.join(', ')} to compare with: name one, --changed=BASE.`
      : `git knows no commit \`${base}\` to compare with.`,
  )
}

function git(root: string, words: readonly string[]): Promise<string> {
  const options = { cwd: root, timeout: GIT_TIMEOUT_MS, maxBuffer: OUTPUT_MAX_BYTES, windowsHide: true }
  return new Promise((resolve, reject) => {
    execFile('git', words, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else if (error.code === 'ENOENT')
        reject(new GitError('--changed needs git, and there is no `git` to run.', { cause: error }))
      else
        reject(
          new GitError(`--changed asked git, which said: ${stderr.trim() || error.message}`, {
            cause: error,
          }),
        )
    })
  })
}

/** Whether the place of a finding, or a station of its path, is on a changed line: a new way in makes an old sink dangerous. */
export function isChanged({ file, span, path }: Finding, { files }: Changes): boolean {
  return [{ file, span }, ...path].some(({ file, span }) => {
    const ranges = files.get(file)
    if (ranges === undefined || ranges === 'all') return ranges === 'all'
    return ranges.some(({ first, last }) => first <= span.end.line && span.start.line <= last)
  })
}
