/**
 * The reviewer as strangers meet it: packed, installed from the tarballs into repositories that know nothing of Keelson, and run by
 * `npx keelson-review`. On the seeded ones it must find most of what is wrong, on the clean ones nothing.
 */
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const BACKENDS = join(root, 'packages', 'review', 'test', 'backends')
const PACKED = ['rulebook', 'review']
/** Two stacks, each once clean and once seeded. */
const REPOSITORIES = ['seeded-tickets', 'clean-clinic', 'seeded-bank', 'clean-fleet']
const RECALL_MIN = 0.85
/** It takes one to three seconds; a busy machine is no defect of ours, a hang is. */
const SECONDS_MAX = 30

const say = (text) => console.log(`smoke: ${text}`)
const npm = (folder, ...words) =>
  execFileSync('npm', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'keelson-review-smoke-')))
try {
  const tarballs = PACKED.map((name) => {
    const [packed] = JSON.parse(
      npm(join(root, 'packages', name), 'pack', '--json', '--pack-destination', folder),
    )
    say(`${packed.filename}: ${packed.entryCount} files, ${Math.round(packed.size / 1024)} KiB`)
    return join(folder, packed.filename)
  })
  for (const name of REPOSITORIES) tryOn(repositoryOf(name, tarballs), name)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** A copy of the backend with the reviewer in its node_modules; what it depends on itself is not needed to read it. */
function repositoryOf(name, tarballs) {
  const repository = join(folder, name)
  mkdirSync(repository)
  writeFileSync(join(repository, 'package.json'), JSON.stringify({ name, private: true }))
  npm(repository, 'install', '--no-save', '--no-package-lock', '--no-audit', '--no-fund', ...tarballs)
  cpSync(join(BACKENDS, name), repository, { recursive: true })
  return repository
}

function tryOn(repository, name) {
  const { clean, faults = [] } = JSON.parse(readFileSync(join(repository, 'backend.json'), 'utf8'))
  const startedAt = performance.now()
  const words = ['--no-install', 'keelson-review', '--format', 'sarif', '--output', 'review.sarif', '--json']
  const { status, stdout, stderr } = spawnSync('npx', words, { cwd: repository, encoding: 'utf8' })
  const seconds = (performance.now() - startedAt) / 1000
  assert.equal(status, clean ? 0 : 1, `${name}: exit code ${status}\n${stderr}`)
  const { findings } = JSON.parse(stdout)
  const { version, runs } = JSON.parse(readFileSync(join(repository, 'review.sarif'), 'utf8'))
  assert.equal(version, '2.1.0')
  assert.equal(runs[0].results.length, findings.length, 'SARIF and JSON tell the same')
  if (clean) assert.deepEqual(findings, [], `${name} is clean`)
  const sure = faults.filter(({ arguable }) => arguable !== true)
  const found = sure.filter((fault) => findings.some((finding) => isAbout(finding, fault)))
  say(
    `${name}: ${findings.length} findings, ${found.length} of ${sure.length} faults, ${seconds.toFixed(1)} s`,
  )
  assert.ok(found.length >= sure.length * RECALL_MIN, `${name}: too few faults are found`)
  assert.ok(seconds < SECONDS_MAX, `${name}: ${seconds.toFixed(1)} s is too long`)
}

/** The bench is strict about lines; here the file is enough. */
function isAbout({ rule, file }, fault) {
  return rule === fault.rule && file === fault.file
}
