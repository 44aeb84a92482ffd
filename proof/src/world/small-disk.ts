/** A small file system in memory, mounted over a folder, for a disk that can be filled. Only root can, and only on Linux. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Room for a cluster, its log and minutes of load. */
const SIZE = '1g'

export interface SmallDisk {
  readonly folder: string
  unmount(): Promise<void>
}

/** Undefined where it cannot be mounted. */
export async function mountSmallDisk(folder: string): Promise<SmallDisk | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=0755`, 'keelson-proof', folder])
  } catch {
    return undefined
  }
  return { folder, unmount: async () => void (await run('umount', ['-l', folder])) }
}
