/**
 * Which process is meant by a process id. Ids are used again, so a process is known by its id and the moment it
 * started; and they mean something only on one machine, in one container, since its last boot.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

export interface ProcessIdentity {
  readonly pid: number
  /** When it started, as this platform tells it; only good for comparing. */
  readonly start: string
}

/** Where a process id has its meaning. */
export interface Machine {
  readonly host: string
  readonly boot: string
  readonly namespace: string
}

const UNKNOWN = 'unknown'

/** The process that has this id now; undefined if there is none, or only its unreaped remains. */
export function identify(pid: number): ProcessIdentity | undefined {
  if (!isAlive(pid)) return undefined
  const start = startOf(pid)
  return start === undefined ? undefined : { pid, start }
}

/** Whether the very process that was identified still runs. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (!isAlive(identity.pid)) return false
  // Elsewhere the start is asked from another program: too dear for something that is polled.
  if (process.platform !== 'linux') return true
  const start = startOf(identity.pid)
  return start === identity.start || start === UNKNOWN || (start !== undefined && identity.start === UNKNOWN)
}

/** Whether any process has this id. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The command line of a process, its arguments separated by blanks; undefined if it is not to be known. */
export function commandLineOf(pid: number): string | undefined {
  if (process.platform === 'linux') return readOrUndefined(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ')
  if (process.platform === 'win32') {
    return ask('powershell', [
      '-NoProfile',
      '-Command',
      `(Get-CimInstance Win32_Process -Filter "ProcessId=${pid}").CommandLine`,
    ])
  }
  return ask('ps', ['-ww', '-o', 'command=', '-p', String(pid)])
}

/** This machine, as far as process ids go. */
export function thisMachine(): Machine {
  // Only Linux has containers that share a disk and not their process ids; a laptop's host name changes with its network.
  if (process.platform !== 'linux') return { host: 'local', boot: 'any', namespace: 'any' }
  return {
    host: hostname(),
    boot: readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim() ?? 'unknown',
    namespace: namespaceOfIds(),
  }
}

function startOf(pid: number): string | undefined {
  if (process.platform === 'linux') return linuxStartOf(pid)
  if (process.platform === 'win32') {
    return ask('powershell', ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`])
  }
  return ask('ps', ['-o', 'lstart=', '-p', String(pid)])
}

function linuxStartOf(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`)
  // /proc may hide the processes of others: then the id alone must do.
  if (stat === undefined) return UNKNOWN
  // The second field is the program's name, which may hold anything; the third is the state, the 22nd the start.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : (fields[19] ?? UNKNOWN)
}

function namespaceOfIds(): string {
  try {
    return readlinkSync('/proc/self/ns/pid')
  } catch {
    return 'unknown'
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function ask(command: string, args: string[]): string | undefined {
  const answer = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000, windowsHide: true })
  const text = answer.status === 0 ? answer.stdout.trim() : ''
  return text === '' ? undefined : text
}
