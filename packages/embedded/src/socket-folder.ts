/**
 * The folder for the server's Unix socket, beside the data. It is for no other server, so that what a killed one left
 * there can be cleared away: Postgres heeds the lock of a process that is dead and was never reaped.
 */
import { chmod, chown, mkdir, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Account } from './account.js'
import type { Home } from './home.js'

/** macOS allows 103, Linux 107. */
const SOCKET_PATH_BYTES_MAX = 103

/** Its path, or '' for no socket: on Windows, and where the system's limit on the length of a socket's path forbids one. */
export function socketFolderOf(home: Home): string {
  const longest = `${home.socket}/.s.PGSQL.65535`
  const isTooLong = Buffer.byteLength(longest) > SOCKET_PATH_BYTES_MAX
  return process.platform === 'win32' || isTooLong ? '' : home.socket
}

/** Makes the folder, empty, for the server's account. Only for when no server runs. */
export async function prepareSocketFolder(home: Home, account: Account | undefined): Promise<void> {
  if (socketFolderOf(home) === '') return
  await mkdir(home.socket, { recursive: true })
  for (const name of await readdir(home.socket)) await unlink(join(home.socket, name))
  await chmod(home.socket, 0o700)
  if (account !== undefined) await chown(home.socket, account.uid, account.gid)
}
