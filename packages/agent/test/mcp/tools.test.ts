import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { entries } from '@keelson/rulebook'
import { call, clientOnStdio } from '../support/client.js'

const folder = await mkdtemp(join(tmpdir(), 'keelson-agent-'))
after(() => rm(folder, { recursive: true, force: true }))
/** One server for all: starting one is what takes time. */
const client = await clientOnStdio({ after }, folder)

test('an entry is explained by its id; for an unknown one near ones are named', async () => {
  const { structured, text } = await call(client, 'explain', { id: 'n-plus-one-queries' })
  assert.equal(structured['kind'], 'sharp-edge')
  assert.ok(text.includes('# N+1 queries') && text.includes('keelson://rulebook/'))
  const unknown = await call(client, 'explain', { id: 'n-plus-one' })
  assert.ok(unknown.isError && unknown.text.includes('n-plus-one-queries'))
})

test('symptoms give suspects with checks, the likeliest first', async () => {
  const { structured } = await call(client, 'diagnose', {
    symptoms: 'customers were charged twice after a timeout and a retry of the payment',
  })
  const suspects = structured['suspects'] as { id: string; confirm: string[]; score: number }[]
  assert.equal(suspects[0]!.id, 'missing-idempotency')
  assert.ok(suspects.every(({ confirm }) => confirm.length > 0))
  assert.deepEqual(
    suspects,
    suspects.toSorted((one, other) => other.score - one.score),
  )
  assert.equal((await call(client, 'diagnose', { symptoms: 'zzzz' })).isError, false)
})

test('the rulebook is searched by words and kind', async () => {
  const { structured } = await call(client, 'search_rulebook', { query: 'outbox', kind: 'pattern' })
  const found = structured['entries'] as { id: string; kind: string }[]
  assert.equal(found[0]!.id, 'transactional-outbox')
  assert.ok(found.every(({ kind }) => kind === 'pattern'))
})

test('a plan has numbers with formulas, also where the service is overloaded', async () => {
  const load = { requestsPerSecond: 600, writesShare: 0.2, payloadBytes: 1000 }
  const { structured, text } = await call(client, 'plan', load)
  assert.equal((structured['figures'] as unknown[]).length, 22)
  assert.match(text, /pool of one process: 3 connections/)
  const overloaded = await call(client, 'plan', { ...load, processes: 1 })
  assert.ok(!overloaded.isError && overloaded.text.includes('overloaded'))
})

test('input that is wrong, huge or nonsense is a clear error, and the server lives on', async () => {
  const cases: [string, Record<string, unknown>][] = [
    ['plan', { requestsPerSecond: -1, writesShare: 0.2, payloadBytes: 1 }],
    ['plan', { requestsPerSecond: 1e300, writesShare: 0.2, payloadBytes: 1 }],
    ['plan', {}],
    ['diagnose', { symptoms: 'x'.repeat(1_000_000) }],
    ['review', { rules: Array.from({ length: 50_000 }, () => 'a') }],
    ['review', { limit: 100_000 }],
    ['openapi_diff', { before: { text: '{}' }, after: { text: '{}' } }],
    ['openapi_diff', { before: {}, after: {} }],
  ]
  for (const [name, input] of cases) {
    const { isError, text } = await call(client, name, input)
    assert.ok(
      isError && text.length > 10 && text.length < 5000,
      `${name} ${JSON.stringify(input).slice(0, 80)}`,
    )
  }
  assert.equal((await call(client, 'explain', { id: 'saga' })).isError, false)
})

test('documents are compared by text and by path', async () => {
  const document = (paths: object) => JSON.stringify({ openapi: '3.1.0', paths })
  const old = document({ '/a': { get: { responses: {} } } })
  await writeFile(join(folder, 'old.json'), old)
  const { structured, text } = await call(client, 'openapi_diff', {
    before: { path: 'old.json' },
    after: { text: document({}) },
  })
  assert.equal(structured['breaking'], 1)
  assert.ok(text.includes('operation-removed: GET /a is gone') && text.includes('BEGIN UNTRUSTED'))
})

test('every entry is a resource, and the references are', async () => {
  const { resources } = await client.listResources()
  assert.equal(resources.length, entries.length + 3)
  const { contents } = await client.readResource({ uri: 'keelson://rulebook/saga' })
  const [content] = contents
  assert.ok(content !== undefined && 'text' in content && content.text.startsWith('# Saga'))
  await assert.rejects(client.readResource({ uri: 'keelson://rulebook/nothing' }), /no entry/)
  const completed = await client.complete({
    ref: { type: 'ref/resource', uri: 'keelson://rulebook/{id}' },
    argument: { name: 'id', value: 'n-plus' },
  })
  assert.deepEqual(completed.completion.values.slice(0, 1), ['n-plus-one-queries'])
})

test('prompts say the order of values and the tools to call', async () => {
  const { prompts } = await client.listPrompts()
  assert.deepEqual(prompts.map(({ name }) => name).toSorted(), ['diagnose', 'plan', 'review'])
  const { messages } = await client.getPrompt({ name: 'plan', arguments: { task: 'a booking service' } })
  const { content } = messages[0]!
  assert.ok(
    content.type === 'text' &&
      /reliability > security[\s\S]*a booking service[\s\S]*`plan`/.test(content.text),
  )
})
