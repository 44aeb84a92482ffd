import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test, type TestContext } from 'node:test'
import { rulesOf } from '../../src/checkers.js'
import { NO_COLOURS } from '../../src/report/colours.js'
import { renderGithub } from '../../src/report/github.js'
import { renderJson } from '../../src/report/json.js'
import { outcomeOf } from '../../src/report/outcome.js'
import { renderSarif } from '../../src/report/sarif.js'
import { renderText } from '../../src/report/text.js'
import { review } from '../../src/review.js'
import { MARKS } from '../support/marks.js'
import { treeOf } from '../support/tree.js'

const FILE = 'große maße/späte, 100%: 日本.ts'
const SOURCE =
  '\tconst a = 1\r\n\tf(FAULT) // \u001b[31m\r\ng(FIXABLE)\r\nFAULT // keelson-ignore fault -- it is meant\r\n'

async function outcome(t: TestContext) {
  const root = treeOf(t, { [FILE]: SOURCE, 'binary.ts': '\0' })
  const reviewed = await review(root, { checkers: [MARKS] })
  const compared = { findings: reviewed.findings, hidden: [], gone: [] }
  const rest = { failOn: 'high', minConfidence: undefined, paths: [], changes: undefined } as const
  return outcomeOf(reviewed, { rules: rulesOf([MARKS]), compared, ...rest })
}

test('text shows the code, the path and the sum, and does not obey what the code says', async (t) => {
  const text = renderText(await outcome(t), () => undefined, NO_COLOURS)
  assert.match(text, /日本\.ts:2:4 {2}high {2}fault {2}certain/)
  assert.match(text, /> 2 \| {3}f\(FAULT\) \/\/ \uFFFD\[31m\n +\| {5}\^\^\^\^\^\n/)
  assert.match(text, /2\. is marked here {2}große/)
  assert.match(text, /2 findings: 1 high, 1 low\. 2 files?|2 findings: 1 high, 1 low\. 1 file/)
  assert.match(text, /1 finding suppressed in the code\./)
  assert.match(text, /binary\.ts: is binary/)
  assert.ok(!text.includes('\u001b'))
})

test('JSON has its version, findings with fingerprints, and what was suppressed', async (t) => {
  const report = JSON.parse(renderJson(await outcome(t))) as {
    version: number
    summary: { failing: number; bySeverity: object }
    findings: { rule: string; fingerprint: string }[]
    suppressed: { reason: string }[]
  }
  assert.equal(report.version, 1)
  assert.equal(report.summary.failing, 1)
  assert.deepEqual(report.summary.bySeverity, { high: 1, low: 1 })
  assert.match(report.findings[0]!.fingerprint, /^[0-9a-f]{32}$/)
  assert.equal(report.suppressed[0]!.reason, 'it is meant')
})

test('annotations escape what GitHub would take for its own', async (t) => {
  const told = await outcome(t)
  const [first] = renderGithub(told, undefined).split('\n')
  assert.equal(
    first,
    '::error file=große maße/späte%2C 100%25%3A 日本.ts,line=2,endLine=2,col=4,endColumn=9,' +
      'title=fault (high%2C certain)::A mark, 100%25 sure: FAULT%0ARemove the mark.',
  )
  const above = told.review.root.replace(/[\\/][^\\/]+$/, '')
  const name = told.review.root.slice(above.length + 1)
  assert.ok(renderGithub(told, above).startsWith(`::error file=${name}/große`))
})

interface Sarif {
  readonly runs: readonly {
    readonly results: readonly {
      readonly ruleId: string
      readonly suppressions?: readonly { kind: string; justification: string }[]
      readonly fixes?: readonly {
        artifactChanges: readonly { replacements: readonly { deletedRegion: object }[] }[]
      }[]
      readonly locations: readonly { physicalLocation: { artifactLocation: { uri: string } } }[]
    }[]
  }[]
}

/** The schema of the standard, as Microsoft's SARIF SDK carries it; draft 4. */
function sarifProblems(log: unknown): unknown {
  const require = createRequire(import.meta.url)
  const file = require
    .resolve('@microsoft/jest-sarif')
    .replace(/index\.js$/, 'schemas/sarif-2.1.0-rtm.5.json')
  const schema = JSON.parse(readFileSync(file, 'utf8')) as { $schema?: string; id?: string }
  delete schema.$schema
  delete schema.id
  const { Ajv } = require('ajv') as typeof import('ajv')
  const formats = require('ajv-formats') as typeof import('ajv-formats')
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false })
  formats.default(ajv)
  const validate = ajv.compile(schema)
  validate(log)
  return validate.errors
}

test('SARIF holds to the schema of the standard', async (t) => {
  const log = JSON.parse(
    renderSarif(await outcome(t), { entryOf: () => undefined, render: () => '' }, '1.0.0'),
  ) as Sarif
  assert.equal(sarifProblems(log), null)
  const [fault, fixable, suppressed] = log.runs[0]!.results
  assert.equal(fault!.locations[0]!.physicalLocation.artifactLocation.uri.includes(' '), false)
  assert.deepEqual(fixable!.fixes![0]!.artifactChanges[0]!.replacements[0]!.deletedRegion, {
    startLine: 3,
    startColumn: 3,
    endLine: 3,
    endColumn: 10,
  })
  assert.deepEqual(suppressed!.suppressions, [{ kind: 'inSource', justification: 'it is meant' }])
})

test('the schema would tell what is wrong', () => {
  const wrong = {
    version: '2.1.0',
    runs: [{ tool: { driver: {} }, results: [{ message: {}, level: 'bad' }] }],
  }
  assert.ok(Array.isArray(sarifProblems(wrong)))
})
