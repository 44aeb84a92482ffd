/**
 * A copy of the workspace in a temporary folder, as a fresh clone with `npm ci` is: nothing built, no data. Started as
 * root, it is given to an ordinary user, because that is who types `npm start`.
 */
import {
  chmodSync,
  chownSync,
  cpSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, sep } from 'node:path'

/** The user that every Unix has for those who own nothing. */
const NOBODY = { uid: 65_534, gid: 65_534 }
const LEFT_OUT = new Set(['.git', '.keelson', 'dist'])

/** @returns {{ folder: string, shopFolder: string, home: string, user: { uid: number, gid: number } | undefined, remove(): void }} */
export function copyWorkspace(root) {
  const outer = mkdtempSync(join(tmpdir(), 'keelson-smoke-'))
  chmodSync(outer, 0o755)
  const folder = join(outer, 'keelson')
  const home = join(outer, 'home')
  mkdirSync(home)
  cpSync(root, folder, {
    recursive: true,
    verbatimSymlinks: true,
    // Packages keep their dist.
    filter: (source) => !LEFT_OUT.has(basename(source)) || source.includes(`${sep}node_modules${sep}`),
  })
  const user = process.getuid?.() === 0 ? NOBODY : undefined
  if (user) {
    chownSync(home, user.uid, user.gid)
    for (const path of ['', ...readdirSync(folder, { recursive: true })])
      lchownSync(join(folder, path), user.uid, user.gid)
  }
  return {
    folder,
    shopFolder: join(folder, 'examples', 'shop'),
    home,
    user,
    remove: () => rmSync(outer, { recursive: true, force: true }),
  }
}
