/**
 * The disk is full: the data lie on a small file system in memory, which a file of ours fills. Postgres cannot extend its
 * tables (53100), and ends when it cannot write its log; then it must be started once there is room again.
 */
import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { between } from './draw.js'
import type { Fault } from './fault.js'

const CHUNK_BYTES = 1024 * 1024
const CHUNKS_MAX = 2048

export const diskFull: Fault = {
  name: 'disk-full',
  what: 'The disk of the database is full for seconds.',
  part: 'machine',
  unavailable: (world) =>
    Promise.resolve(
      world.smallDisk === undefined
        ? 'it needs a small file system of its own, which only root on Linux can mount'
        : undefined,
    ),
  async run(world, random) {
    const folder = world.smallDisk!
    const ballast = join(folder, 'ballast')
    try {
      await fill(folder, ballast)
      world.note('the disk is full')
      await world.pause(between(random, 1500, 3000))
    } finally {
      await rm(ballast, { force: true })
      if (!world.postgres.isRunning) {
        world.note('Postgres had ended')
        await world.postgres.stop('kill')
        await world.postgres.start()
      }
    }
  },
}

/** Until there is no room; the file system is small, so that this is soon. */
async function fill(folder: string, path: string): Promise<void> {
  const chunk = Buffer.alloc(CHUNK_BYTES)
  for (let chunks = 0; chunks < CHUNKS_MAX; chunks++) {
    const { bavail, bsize } = await statfs(folder)
    const left = bavail * bsize
    if (left === 0) return
    try {
      await writeFile(path, chunk.subarray(0, Math.min(CHUNK_BYTES, left)), { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return
      throw error
    }
  }
}
