/** Where and of what a run was made, so that somebody else can make it again. */
import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'
import { fileURLToPath } from 'node:url'

export interface Environment {
  readonly command: string
  readonly date: string
  /** With `+changes` if the working tree differs from it; `unknown` outside of git. */
  readonly commit: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly versions: { readonly node: string; readonly postgres: string }
}

/** Of the repository, `path` relative to its root. Compiled, we lie in proof/dist/src/report. */
export const repositoryPath = (path: string): string =>
  fileURLToPath(new URL(`../../../../${path}`, import.meta.url))

export function environment(args: readonly string[], postgres: string): Environment {
  const said = withoutPaths(args)
  return {
    command: ['npm run prove', ...(said.length === 0 ? [] : ['--']), ...said].join(' '),
    date: new Date().toISOString(),
    commit: commit(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    versions: { node: process.version, postgres },
  }
}

/** Where the report goes is no part of how it was made. */
export const withoutPaths = (args: readonly string[]): string[] =>
  args.filter(
    (arg, place) => !/^--(json|html)(=|$)/.test(arg) && !/^--(json|html)$/.test(args[place - 1] ?? ''),
  )

function commit(): string {
  try {
    return git('rev-parse', 'HEAD') + (git('status', '--porcelain') === '' ? '' : '+changes')
  } catch {
    return 'unknown'
  }
}

const git = (...args: string[]): string =>
  // Without the lock, reading the status never disturbs another git that runs here.
  execFileSync('git', ['--no-optional-locks', ...args], {
    cwd: repositoryPath(''),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
