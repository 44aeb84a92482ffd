import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { entries, entryOf, patterns, sharpEdges, validations, type Code, type Entry } from '../src/index.js'
import { announced } from './pending.js'

const folders = { patterns, 'sharp-edges': sharpEdges, validations }

for (const [folder, list] of Object.entries(folders)) {
  test(`every file of ${folder} is listed, under the id that it is named by`, () => {
    const url = new URL(`../../src/${folder}/`, import.meta.url)
    let names: string[] = []
    try {
      names = readdirSync(url)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
    const files = names.filter((name) => name.endsWith('.ts')).map((name) => name.slice(0, -3))
    assert.deepEqual(
      list.map(({ id }) => id).toSorted(),
      files.toSorted(),
      `src/${folder}.ts lists what src/${folder}/ holds`,
    )
  })
}

const proseOf = (entry: Entry): Record<string, readonly string[]> => {
  const shared = { title: [entry.title], why: [entry.why], numbers: entry.numbers }
  if (entry.kind === 'pattern')
    return { ...shared, when: [entry.when], steps: entry.steps, mistakes: entry.mistakes }
  if (entry.kind === 'validation')
    return { ...shared, looksFor: [entry.looksFor], sparesFor: entry.sparesFor, fix: [entry.fix] }
  const { symptoms, mechanism, confirm, wayOut } = entry
  return { ...shared, symptoms, mechanism: [mechanism], confirm, wayOut }
}

const codesOf = (entry: Entry): readonly Code[] =>
  entry.kind === 'pattern' ? [entry.withKeelson, entry.byHand] : [entry.wrong, entry.right]

const LONGEST = 1600

test('ids are kebab case and unique over all kinds', () => {
  for (const { id } of entries) assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/)
  assert.equal(new Set(entries.map(({ id }) => id)).size, entries.length)
})

test('titles are unique within a kind', () => {
  const titles = entries.map(({ kind, title }) => `${kind}: ${title.toLowerCase()}`)
  assert.equal(new Set(titles).size, titles.length)
})

for (const entry of entries) {
  test(`${entry.kind} ${entry.id}: is whole`, () => {
    for (const [name, texts] of Object.entries(proseOf(entry))) {
      assert.ok(texts.length > 0, `${name} is empty`)
      for (const text of texts) {
        assert.equal(text, text.trim(), `${name}: no space around the text`)
        assert.ok(text.length >= 4, `${name}: too short: ${text}`)
        assert.ok(text.length <= LONGEST, `${name}: ${text.length} characters; say it in ${LONGEST}`)
        assert.ok(!text.includes('```'), `${name}: code stands in code`)
      }
    }
    assert.ok(entry.title.length <= 90, 'the title is a line')
    assert.ok(entry.why.length >= 120, 'why it matters takes a paragraph')
  })

  test(`${entry.kind} ${entry.id}: each number has its source in brackets`, () => {
    for (const number of entry.numbers) {
      assert.match(number, /\d/, `no number: ${number}`)
      assert.match(number, /\[[^\]]{3,}\]\.?$/, `no source at its end: ${number}`)
    }
  })

  test(`${entry.kind} ${entry.id}: siblings exist`, () => {
    assert.ok(entry.siblings.length > 0, 'it has at least one sibling')
    assert.equal(new Set(entry.siblings).size, entry.siblings.length)
    for (const sibling of entry.siblings) {
      assert.notEqual(sibling, entry.id)
      assert.ok(
        announced.includes(sibling) || entryOf(sibling) !== undefined,
        `there is no entry \`${sibling}\``,
      )
    }
  })

  test(`${entry.kind} ${entry.id}: code is sane`, () => {
    for (const { language, stack, text } of codesOf(entry)) {
      assert.match(language, /^(ts|js|sql|prisma|yaml|json|sh|http|toml|dockerfile)$/)
      assert.ok(stack.length >= 2)
      assert.ok(!text.includes('```'), 'no fence within')
      const lines = text.trim().split('\n')
      assert.ok(lines.length >= 2 && lines.length <= 90, `${lines.length} lines of code`)
      for (const line of lines) {
        assert.ok(line.length <= 120, `a line of ${line.length}: ${line}`)
        assert.equal(line, line.trimEnd())
      }
      assert.ok(!/\t/.test(text), 'no tabs')
    }
  })
}

test('no two entries share a sentence', () => {
  const owner = new Map<string, string>()
  for (const entry of entries) {
    const sentences = new Set(
      Object.values(proseOf(entry))
        .flat()
        .flatMap((text) => text.split(/(?<=[.!?])\s+/))
        .filter((sentence) => sentence.length >= 40),
    )
    for (const sentence of sentences) {
      const other = owner.get(sentence)
      assert.equal(other, undefined, `${entry.id} and ${other} both say: ${sentence}`)
      owner.set(sentence, entry.id)
    }
  }
})

test('reproductions that entries name are there', () => {
  for (const { id, reproduction } of sharpEdges) {
    if (reproduction === undefined) continue
    const text = readFileSync(new URL(`../../test/reproductions/${reproduction}`, import.meta.url), 'utf8')
    assert.ok(text.length > 0, `${id}: ${reproduction}`)
  }
})

test('what is announced is not there yet', () => {
  assert.deepEqual(
    announced.filter((id) => entryOf(id) !== undefined),
    [],
  )
})
