/** What a report says about how it was made. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { environment, withoutPaths } from '../../src/report/environment.js'
import { page } from '../../src/report/html/page.js'
import { sampleReport } from '../support/sample-report.js'

test('The command is told without the paths of the report', () => {
  assert.deepEqual(withoutPaths(['--seed', '7', '--json', '/home/me/a.json', '--html=/b.html', '--once']), [
    '--seed',
    '7',
    '--once',
  ])
  assert.equal(environment(['--html', 'x'], '17').command, 'npm run prove')
  assert.equal(environment(['--seed', '1'], '17').command, 'npm run prove -- --seed 1')
})

test('A run that picked its seed is made again by naming it', () => {
  const report = sampleReport(false, 0)
  const shown = (command: string): string =>
    page({ ...report, environment: { ...report.environment, command } })
  assert.match(shown('npm run prove'), /<code>npm run prove -- --seed 7<\/code>/)
  assert.match(shown('npm run prove -- --once'), /<code>npm run prove -- --once --seed 7<\/code>/)
  assert.match(shown('npm run prove -- --seed 7'), /<code>npm run prove -- --seed 7<\/code>/)
})
