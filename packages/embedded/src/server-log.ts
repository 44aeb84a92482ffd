/**
 * The server's log: one file, started anew when it has grown large, and read back when the server does not start.
 */
import { open, rename, stat, type FileHandle } from 'node:fs/promises'
import { errnoOf } from './errors.js'

const BYTES_MAX = 10 * 1024 * 1024
const TAIL_BYTES = 8 * 1024

export interface OpenLog {
  /** For the server to write to. Must be closed once the server has it. */
  readonly file: FileHandle
  /** Where this run's part begins. */
  readonly begin: number
}

/** Opens the log for appending. One of more than 10 MB becomes `<path>.1` first, replacing the one before. */
export async function openLog(path: string): Promise<OpenLog> {
  let begin = await sizeOf(path)
  if (begin > BYTES_MAX) {
    await rename(path, `${path}.1`)
    begin = 0
  }
  return { file: await open(path, 'a', 0o600), begin }
}

/** What was logged since `begin`, but no more than the last 8 KB. */
export async function readLog(path: string, begin: number): Promise<string> {
  const size = await sizeOf(path)
  const from = Math.max(begin, size - TAIL_BYTES)
  if (size <= from) return ''
  const file = await open(path, 'r')
  try {
    const buffer = Buffer.alloc(size - from)
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}

/** Of a server that ended, the last lines that may tell why, without their time stamps. */
export function reasonIn(log: string): string {
  return log
    .split('\n')
    .filter((line) => line.trim() !== '' && !/LOG: +(starting|listening|database system)/.test(line))
    .slice(-6)
    .map((line) => line.replace(/^.*?\[\d+\] /, ''))
    .join('; ')
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 0
    throw error
  }
}
