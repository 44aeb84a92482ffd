/**
 * `npm start`: builds the workspace, then becomes `keelson dev` on the shop. In this very process, so that a signal to
 * `npm start` reaches the server: a shell with `&&` between the two would keep it for itself and leave the server
 * running. Arguments are passed on: `npm start -- --help`.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

const build = spawnSync(process.execPath, [compiler, '-b'], { cwd: root, stdio: 'inherit' })
if (build.status !== 0) process.exit(build.status ?? 1)

process.chdir(join(root, 'examples', 'shop'))
process.argv.splice(2, 0, 'dev', 'dist/src/app.js', '--seed', 'dist/src/replay/first-start.js')
await import('../packages/keelson/bin/keelson.js')
