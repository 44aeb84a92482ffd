/**
 * CPU time from /proc (proc(5)): of a process with its descendants, and of the whole machine. Null where there is no
 * /proc, as on macOS.
 */
import { readdirSync, readFileSync } from 'node:fs'

/** USER_HZ, which is 100 on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100

interface Stat {
  readonly pid: number
  readonly parent: number
  readonly name: string
  readonly ticks: number
}

/** Of the process and all its descendants, those that ended and were waited for included. */
export function treeSeconds(root: number): number | null {
  const stats = allStats()
  if (!stats.some((stat) => stat.pid === root)) return null
  const tree = new Set([root])
  // Children are found in as many rounds as the tree is deep.
  for (let before = 0; before < tree.size;) {
    before = tree.size
    for (const { pid, parent } of stats) if (tree.has(parent)) tree.add(pid)
  }
  return stats.reduce((sum, stat) => sum + (tree.has(stat.pid) ? stat.ticks : 0), 0) / TICKS_PER_SECOND
}

export interface MachineSeconds {
  /** By anybody. */
  readonly busy: number
  /** Wanted by this machine, and given to others by the host. */
  readonly stolen: number
}

export function machineSeconds(): MachineSeconds | null {
  try {
    const fields = readFileSync('/proc/stat', 'latin1')
      .split('\n', 1)[0]!
      .trim()
      .split(/\s+/)
      .slice(1)
      .map(Number)
    const [user = 0, nice = 0, system = 0, , , interrupts = 0, softInterrupts = 0, stolen = 0] = fields
    return {
      busy: (user + nice + system + interrupts + softInterrupts) / TICKS_PER_SECOND,
      stolen: stolen / TICKS_PER_SECOND,
    }
  } catch {
    return null
  }
}

/** The parent of a process of this name, or null if it does not run here. */
export function parentOf(pid: number, name: string): number | null {
  const stat = statOf(String(pid))
  return stat?.name === name ? stat.parent : null
}

function allStats(): Stat[] {
  try {
    return readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map(statOf)
      .filter((stat) => stat !== undefined)
  } catch {
    return []
  }
}

function statOf(pid: string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name stands in parentheses and may hold anything.
    const nameEnd = text.lastIndexOf(')')
    const fields = text.slice(nameEnd + 2).split(' ')
    const ticks = [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0)
    return {
      pid: Number(pid),
      parent: Number(fields[1]),
      name: text.slice(text.indexOf('(') + 1, nameEnd),
      ticks,
    }
  } catch {
    // It ended while we looked.
    return undefined
  }
}
