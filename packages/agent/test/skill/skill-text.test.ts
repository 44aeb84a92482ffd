import assert from 'node:assert/strict'
import { test } from 'node:test'
import { entries } from '@keelson/rulebook'
import { SITUATIONS } from '../../src/skill/situations.js'
import { skillText } from '../../src/skill/skill-text.js'

test('the skill is short: an agent reads all of it each time', () => {
  const lines = skillText('references').split('\n')
  assert.ok(lines.length <= 150, `it has ${lines.length} lines`)
})

test('the index names every pattern and every sharp edge', () => {
  const words = new Set(skillText('references').split(/[\s,]+/))
  for (const { kind, id } of entries) if (kind !== 'validation') assert.ok(words.has(id), `${id} is missing`)
})

test('every validation that nothing executes is named', () => {
  const words = new Set(skillText('references').split(/[\s,]+/))
  for (const entry of entries)
    if (entry.kind === 'validation' && entry.executedBy === 'by-hand')
      assert.ok(words.has(entry.id), `${entry.id} is missing`)
})

test('situations name ideas that stand in the floor of the rulebook', async () => {
  const { floor } = (await import(
    new URL('../../../../rulebook/dist/test/floor.js', import.meta.url).href
  )) as { floor: Record<string, readonly string[]> }
  for (const { patterns, edges } of SITUATIONS) {
    for (const line of patterns) assert.ok(floor['pattern']!.includes(line), line)
    for (const line of edges) assert.ok(floor['sharp-edge']!.includes(line), line)
  }
})
