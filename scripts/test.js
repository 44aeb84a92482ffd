/**
 * `npm test`, after the build: every test of the workspace on one embedded Postgres, which lives as long as the run.
 * The last words are the test runner's own summary, and its exit code is ours.
 *
 *   npm test                    everything
 *   npm test -- replay pricing  only test files whose path contains one of these
 *
 * KEELSON_TEST_DATABASE_URL names a server to use instead; its user must be allowed to create databases.
 */
import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { availableParallelism, constants, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Tests run compiled, from dist/test of every workspace; those of the scripts as they are. */
function testFiles() {
  const workspaces = ['packages', 'examples'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name)),
  )
  const folders = [...workspaces, join(root, 'benchmarks'), join(root, 'proof'), join(root, 'contract')].map(
    (workspace) => join(workspace, 'dist', 'test'),
  )
  return [...folders, join(root, 'scripts')]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, name)))
    .filter((file) => file.endsWith('.test.js') && hasSource(file))
    .map((file) => relative(root, file))
    .toSorted()
}

/** The compiler leaves the output of a deleted test behind. */
function hasSource(file) {
  return existsSync(file.replace(/([\\/])dist[\\/](test[\\/].*)\.js$/, '$1$2.ts'))
}

/** Durability is not what these tests test: those that do start a server of their own. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '300' }

async function startServer() {
  const given = process.env.KEELSON_TEST_DATABASE_URL
  if (given) return { url: given, stop: async () => {} }
  const { startEmbeddedPostgres } = await import('@keelson/embedded')
  const folder = mkdtempSync(join(tmpdir(), 'keelson-test-'))
  // As root we start the server as another user, who must be able to walk in.
  chmodSync(folder, 0o755)
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const server = await startEmbeddedPostgres({ folder, database: 'postgres', settings: SETTINGS })
    return { url: server.url, stop: () => server.stop().finally(remove) }
  } catch (error) {
    remove()
    throw error
  }
}

/** A file that hangs is a failure with its name, not a run that never ends. */
const FILE_TIMEOUT_MS = 300_000

/** Resolves to the exit code of the test runner. */
function runTests(files, databaseUrl) {
  const concurrency = Math.max(2, availableParallelism())
  const options = [
    '--enable-source-maps',
    '--test',
    `--test-concurrency=${concurrency}`,
    `--test-timeout=${FILE_TIMEOUT_MS}`,
    '--test-reporter=spec',
  ]
  const child = spawn(process.execPath, [...options, ...files], {
    cwd: root,
    stdio: 'inherit',
    env: { NODE_ENV: 'test', ...process.env, KEELSON_TEST_DATABASE_URL: databaseUrl },
  })
  stopRunner = (signal) => child.kill(signal)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]))
  })
}

const wanted = process.argv.slice(2)
const files = testFiles().filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
if (files.length === 0) {
  console.error(
    wanted.length > 0
      ? `No test file matches ${wanted.join(', ')}.`
      : 'There are no tests: run `npm run build`.',
  )
  process.exit(1)
}

// A signal ends the runner, never us before the server is stopped.
let stopRunner = () => {}
let interruptedBy
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    interruptedBy = signal
    stopRunner(signal)
  })
}

const server = await startServer()
try {
  process.exitCode = interruptedBy
    ? 128 + constants.signals[interruptedBy]
    : await runTests(files, server.url)
} finally {
  await server.stop()
}
