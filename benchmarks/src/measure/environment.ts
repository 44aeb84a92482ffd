/** Where and of what a race was run: without this its numbers mean nothing to anybody else. */
import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem, type } from 'node:os'
import { fileURLToPath } from 'node:url'
import { repositoryPath } from '../contenders/contender.js'
import type { DatabaseServer } from '../database/server.js'

export interface Environment {
  readonly command: string
  readonly date: string
  /** With `+changes` if the working tree differs from it; `unknown` outside of git. */
  readonly commit: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  readonly node: string
  readonly postgres: string
  readonly postgresSettings: Readonly<Record<string, string>>
  readonly postgresEmbedded: boolean
}

export function environment(script: string, args: readonly string[], server: DatabaseServer): Environment {
  return {
    command: [`npm run ${script} --`, ...args].join(' '),
    date: new Date().toISOString(),
    commit: commit(),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    postgres: server.version,
    postgresSettings: server.settings,
    postgresEmbedded: server.embedded,
  }
}

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
    cwd: fileURLToPath(repositoryPath('')),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim()
