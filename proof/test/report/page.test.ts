/** The page: whole in itself, with everything escaped that came from elsewhere. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { html } from '../../src/report/html/escape.js'
import { page } from '../../src/report/html/page.js'
import { decades, ticks, timeTicks } from '../../src/report/html/scale.js'
import { summary } from '../../src/report/summary.js'
import { sampleReport } from '../support/sample-report.js'

test('Texts are escaped, markup is not', () => {
  assert.equal(
    html`<p title="${`"'<&>`}">${html`<b>${1}</b>`}${[html`<i>2</i>`]}${undefined}</p>`.text,
    '<p title="&quot;&#39;&lt;&amp;&gt;"><b>1</b><i>2</i></p>',
  )
})

test('The page asks for nothing from elsewhere and runs no script', () => {
  const text = page(sampleReport(true))
  assert.doesNotMatch(text, /<script|<link|<img|<iframe|@import|url\(|\son\w+=|https?:/i)
  assert.match(text, /&lt;script&gt;alert\(1\)&lt;\/script&gt;/)
  assert.doesNotMatch(text, /undefined|NaN|Infinity|\[object/)
})

test('The page shows findings with their evidence, marked in the timeline, and how to replay them', () => {
  const text = page(sampleReport(true))
  for (const part of [
    'id="finding-1"',
    'href="#finding-1"',
    'T2 append(y, 9)',
    '--seed 7 --round 4',
    'NOT caught',
    'not possible here',
    'not reached',
  ])
    assert.ok(text.includes(part), part)
})

test('A run that holds, and one that was broken off at once, have a page too', () => {
  assert.match(page(sampleReport(false)), /No finding, every switch caught/)
  const empty = page({ ...sampleReport(false, 0), verdict: 'interrupted', switches: [] })
  assert.match(empty, /Interrupted/)
  assert.doesNotMatch(empty, /undefined|NaN|Infinity/)
})

test('The end of a run: a line for each fault and switch, findings in full, the files', () => {
  const text = summary(sampleReport(true), { json: '/r/a.json', html: '/r/a.html' }, true)
  for (const part of [
    /fault +sigkill +ok +2 × 3\.0 s/,
    /fault +black-hole +1 FINDING/,
    /fault +disk-full +not possible here: needs root/,
    /fault +clock-jump +NOT REACHED/,
    /switch +guards +caught: G2/,
    /switch +marker +NOT CAUGHT: expected doubled-effect, nothing found; seed 7/,
    /FINDING +G2 in append/,
    /\| T1 append\(x, 3\)/,
    /problem +the check of bank/,
    /result +1 finding, 1 switch not caught, 1 problem of the proof itself/,
    /\/r\/a\.html/,
  ])
    assert.match(text, part)
  assert.match(text.trimEnd().split('\n').at(-1)!, /^7 passed, 3 failed$/)
})

test('Axes have round values that reach as far as they must', () => {
  assert.deepEqual(ticks(950, 4), [0, 500, 1000])
  assert.deepEqual(ticks(1, 4), [0, 0.5, 1])
  assert.deepEqual(decades(0.4, 900), [0.1, 1, 10, 100, 1000])
  assert.equal(timeTicks(7_200_000).length, 9)
  assert.deepEqual(timeTicks(3000), [0, 1000, 2000, 3000])
})
