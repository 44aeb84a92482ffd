/**
 * A disk that can be made full: a tmpfs of ours. It is filled by making it smaller, down to what is used: that is done in a
 * moment, takes no memory, and is undone even when nothing can be written. Only root may mount one.
 *
 * What it lacks is the time that a disk takes to sync; Postgres is told to wait as long (see postgres-process.ts).
 */
import { execFile } from 'node:child_process'
import { mkdir, rmdir, statfs } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Disk } from './world.js'

const run = promisify(execFile)

/** Between the look at what is used and the new size somebody may write. */
const ATTEMPTS_MAX = 50
const PAGE_BYTES = 4096

export class SmallDisk implements Disk {
  readonly folder: string
  readonly #bytes: number

  private constructor(folder: string, bytes: number) {
    this.folder = folder
    this.#bytes = bytes
  }

  /** Undefined where none can be mounted. Memory is used only for what is written to it. */
  static async mount(folder: string, bytes: number): Promise<SmallDisk | undefined> {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined
    await mkdir(folder)
    try {
      await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0755`, 'keelson-proof', folder])
      return new SmallDisk(folder, bytes)
    } catch {
      await rmdir(folder)
      return undefined
    }
  }

  async fill(freeBytes: number): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const { blocks, bfree, bsize } = await statfs(this.folder)
      const used = (blocks - bfree) * bsize
      try {
        await this.#resize(used + Math.max(PAGE_BYTES, freeBytes))
        return
      } catch (error) {
        if (attempt === ATTEMPTS_MAX) throw error
      }
    }
  }

  release(): Promise<void> {
    return this.#resize(this.#bytes)
  }

  async unmount(): Promise<void> {
    // A process that is just ending may still have a file open: then it goes with that process.
    await run('umount', [this.folder]).catch(() => run('umount', ['--lazy', this.folder]))
  }

  async #resize(bytes: number): Promise<void> {
    await run('mount', ['-o', `remount,size=${bytes}`, this.folder])
  }
}
