/** The keeper's own process: see keeper.ts. */
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { childrenOf, signalTo } from './children.js'
import type { Charge } from './keeper.js'

const charges: Charge[] = []
for await (const line of createInterface({ input: process.stdin })) charges.push(JSON.parse(line) as Charge)

if (!charges.some(({ kind }) => kind === 'done')) {
  for (const charge of charges) if (charge.kind === 'process') end(charge.pid, charge.mark)
  for (const charge of charges) if (charge.kind === 'place') clear(charge)
}

function end(pid: number, mark: string): void {
  if (!commandLineOf(pid).includes(mark)) return
  const children = childrenOf(pid)
  signalTo(pid, 'SIGKILL')
  // Frozen ones would not notice.
  for (const child of children) signalTo(child, 'SIGCONT')
}

function clear({ top, disk, data }: Extract<Charge, { kind: 'place' }>): void {
  const postmaster = Number(firstLineOf(join(data, 'postmaster.pid')))
  if (postmaster > 0) end(postmaster, data)
  // Lazily: its processes are just ending.
  if (disk !== undefined) attempt(() => execFileSync('umount', ['--lazy', disk], { stdio: 'ignore' }))
  attempt(() => rmSync(top, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }))
}

function commandLineOf(pid: number): string {
  if (process.platform === 'linux') return read(`/proc/${pid}/cmdline`)
  return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout
}

function firstLineOf(path: string): string {
  return read(path).split('\n')[0]!
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** What cannot be done is left: there is nobody to be told. */
function attempt(work: () => void): void {
  try {
    work()
  } catch {
    // Gone already, or not ours to remove.
  }
}
