/**
 * `npm start`: builds the workspace, then becomes `keelson dev` on the shop, in this very process. Arguments are passed
 * on: `npm start -- --port 4000`.
 *
 * A signal that is sent to npm alone ends npm and the shell that it started us from, and goes no further. So when the
 * shell is gone we stop as if the signal had come to us, and leave neither server nor Postgres behind.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Shorter than the second within which `keelson` takes several signals for one: the shell's may have reached us too. */
const PARENT_CHECK_MS = 200

const root = fileURLToPath(new URL('..', import.meta.url))
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

const parent = process.ppid
const watch = setInterval(() => {
  if (process.ppid === parent) return
  clearInterval(watch)
  process.kill(process.pid, 'SIGTERM')
}, PARENT_CHECK_MS).unref()

const build = spawnSync(process.execPath, [compiler, '-b'], { cwd: root, stdio: 'inherit' })
if (build.status !== 0) process.exit(build.status ?? 1)

process.chdir(join(root, 'examples', 'shop'))
process.argv.splice(2, 0, 'dev', 'dist/src/app.js', '--seed', 'dist/src/replay/first-start.js')
await import('../packages/keelson/bin/keelson.js')
