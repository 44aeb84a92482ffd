import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { entries } from '@keelson/rulebook'
import { parse } from 'yaml'
import { TOOLS, type Tool } from '../../src/skill/files.js'
import { install, uninstall, type Step } from '../../src/skill/install.js'
import { folderWith } from '../support/folder.js'

const SKILL = '.claude/skills/keelson-backend-engineer'

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted()
}

const done = (steps: readonly Step[]): Record<string, string> =>
  Object.fromEntries(steps.map(({ path, done }) => [path, done]))

test('an installation writes the skill, its references and a file for each tool', async (t) => {
  const folder = await folderWith(t, {})
  await install({ folder, tools: TOOLS })
  assert.deepEqual(await filesIn(folder), [
    '.agents/skills/keelson-backend-engineer/SKILL.md',
    '.claude/agents/keelson-backend-engineer.md',
    `${SKILL}/SKILL.md`,
    `${SKILL}/references/patterns.md`,
    `${SKILL}/references/sharp_edges.md`,
    `${SKILL}/references/validations.md`,
    '.cursor/rules/keelson-backend-engineer.mdc',
    '.github/agents/keelson-backend-engineer.agent.md',
    'AGENTS.md',
  ])
})

test('the references hold every entry of the rulebook, where the skill says to look', async (t) => {
  const folder = await folderWith(t, {})
  await install({ folder, tools: ['claude'] })
  const names = { pattern: 'patterns', 'sharp-edge': 'sharp_edges', validation: 'validations' } as const
  for (const [kind, name] of Object.entries(names)) {
    const text = await readFile(join(folder, SKILL, 'references', `${name}.md`), 'utf8')
    for (const entry of entries.filter((one) => one.kind === kind))
      assert.ok(text.includes(`<a id="${entry.id}"></a>`), `${name}.md lacks ${entry.id}`)
  }
})

test('front matter is what agents read: a name in kebab case that is the folder, a description of at most 1,024 characters', async (t) => {
  const folder = await folderWith(t, {})
  await install({ folder, tools: TOOLS })
  for (const path of (await filesIn(folder)).filter(
    (one) => !one.includes('references') && one !== 'AGENTS.md',
  )) {
    const text = await readFile(join(folder, path), 'utf8')
    const matter = parse(/^---\n([\s\S]*?)\n---\n/.exec(text)![1]!) as Record<string, string>
    assert.ok(matter['description']!.length <= 1024 && matter['description']!.length > 50, path)
    if (!path.endsWith('.mdc')) assert.equal(matter['name'], 'keelson-backend-engineer', path)
  }
})

test('every path that a file points an agent to exists', async (t) => {
  const folder = await folderWith(t, {})
  for (const tools of [TOOLS, ['codex'], ['cursor'], ['copilot']] satisfies (readonly Tool[])[]) {
    await install({ folder, tools })
    for (const path of await filesIn(folder)) {
      if (path.includes('references')) continue
      const text = await readFile(join(folder, path), 'utf8')
      for (const [, target] of text.matchAll(/`(\.[\w/-]+\/SKILL\.md)`/g))
        await readFile(join(folder, target!))
      for (const [, target] of text.matchAll(/stand in `([^`]+)\/`/g))
        await readFile(join(folder, path, '..', target!, 'patterns.md'))
    }
    await uninstall({ folder })
    assert.deepEqual(await filesIn(folder), [])
  }
})

test('a dry run says all and writes nothing', async (t) => {
  const folder = await folderWith(t, {})
  const steps = await install({ folder, tools: TOOLS, dryRun: true })
  assert.equal(steps.length, 9)
  assert.deepEqual(await filesIn(folder), [])
})

test('a second installation changes nothing', async (t) => {
  const folder = await folderWith(t, {})
  await install({ folder, tools: TOOLS })
  const steps = await install({ folder, tools: TOOLS })
  assert.deepEqual(new Set(steps.map((step) => step.done)), new Set(['unchanged']))
})

test('a file of the user stands until --force', async (t) => {
  const path = '.claude/agents/keelson-backend-engineer.md'
  const folder = await folderWith(t, { [path]: 'mine' })
  assert.equal(done(await install({ folder, tools: ['claude'] }))[path], 'kept')
  assert.equal(await readFile(join(folder, path), 'utf8'), 'mine')
  assert.equal(done(await install({ folder, tools: ['claude'], force: true }))[path], 'updated')
})

test('what the user changed stands until --force; what is merely old is brought up to date', async (t) => {
  const folder = await folderWith(t, {})
  await install({ folder, tools: ['claude'] })
  const path = `${SKILL}/SKILL.md`
  const written = await readFile(join(folder, path), 'utf8')
  await writeFile(join(folder, path), written.replace('# Backend engineer', '# Mine'))
  assert.equal(done(await install({ folder, tools: ['claude'] }))[path], 'kept')
  // As an older version of the command would have left it.
  const { stamped } = await import('../../src/skill/stamp.js')
  await writeFile(join(folder, path), stamped('older text\n'))
  assert.equal(done(await install({ folder, tools: ['claude'] }))[path], 'updated')
  assert.equal(await readFile(join(folder, path), 'utf8'), written)
})

test('in AGENTS.md it has a section, and the rest stays as it is', async (t) => {
  for (const own of ['# Project\n\nRules.\n', '# Without a line end', '']) {
    const folder = await folderWith(t, { 'AGENTS.md': own })
    await install({ folder, tools: ['codex'] })
    const text = await readFile(join(folder, 'AGENTS.md'), 'utf8')
    assert.ok(text.startsWith(own) && text.includes('reliability > security'))
    assert.equal(done(await install({ folder, tools: ['codex'] }))['AGENTS.md'], 'unchanged')
    await writeFile(join(folder, 'AGENTS.md'), `${text}\nBelow.\n`)
    await uninstall({ folder })
    assert.ok((await readFile(join(folder, 'AGENTS.md'), 'utf8')).includes('Below.'))
    assert.ok(!(await readFile(join(folder, 'AGENTS.md'), 'utf8')).includes('reliability'))
  }
})

test('an uninstallation gives AGENTS.md back byte for byte', async (t) => {
  const folder = await folderWith(t, { 'AGENTS.md': '# Project\n\nRules.\n' })
  await install({ folder, tools: ['codex'] })
  await uninstall({ folder })
  assert.equal(await readFile(join(folder, 'AGENTS.md'), 'utf8'), '# Project\n\nRules.\n')
})

test('a section that was changed by hand stands', async (t) => {
  const folder = await folderWith(t, {})
  await install({ folder, tools: ['codex'] })
  const text = await readFile(join(folder, 'AGENTS.md'), 'utf8')
  await writeFile(join(folder, 'AGENTS.md'), text.replace('## Backend', '## Our backend'))
  assert.equal(done(await install({ folder, tools: ['codex'] }))['AGENTS.md'], 'kept')
  assert.equal(done(await uninstall({ folder }))['AGENTS.md'], 'kept')
})

test('an uninstallation removes what was written and unchanged, and nothing else', async (t) => {
  const folder = await folderWith(t, {
    [`${SKILL}/references/notes.md`]: 'mine',
    '.claude/settings.json': '{}',
  })
  await install({ folder, tools: TOOLS })
  const changed = '.cursor/rules/keelson-backend-engineer.mdc'
  await writeFile(join(folder, changed), 'mine now')
  assert.equal(done(await uninstall({ folder, dryRun: true }))[`${SKILL}/SKILL.md`], 'removed')
  const steps = await uninstall({ folder })
  assert.equal(done(steps)[changed], 'kept')
  assert.deepEqual(await filesIn(folder), ['.claude/settings.json', `${SKILL}/references/notes.md`, changed])
})

test('nothing is written through a link', async (t) => {
  const folder = await folderWith(t, { 'elsewhere/x': '' })
  await mkdir(join(folder, 'project'))
  await symlink('../elsewhere', join(folder, 'project/.claude'))
  const steps = await install({ folder: join(folder, 'project'), tools: ['claude'] })
  assert.ok(steps.every(({ done }) => done === 'kept'))
  assert.deepEqual(await filesIn(join(folder, 'elsewhere')), ['x'])
})

test('for the user only skills and agents are written', async (t) => {
  const folder = await folderWith(t, {})
  await install({ folder, tools: TOOLS, user: true })
  const files = await filesIn(folder)
  assert.ok(
    files.includes(`${SKILL}/SKILL.md`) && files.includes('.agents/skills/keelson-backend-engineer/SKILL.md'),
  )
  assert.ok(!files.includes('AGENTS.md') && !files.some((path) => /cursor|github/.test(path)))
  await uninstall({ folder, user: true })
  assert.deepEqual(await filesIn(folder), [])
})

test("line ends that Git converted do not make a file the user's", async (t) => {
  const folder = await folderWith(t, {})
  await install({ folder, tools: ['claude'] })
  const path = join(folder, SKILL, 'SKILL.md')
  await writeFile(path, (await readFile(path, 'utf8')).replaceAll('\n', '\r\n'))
  assert.equal(done(await uninstall({ folder }))[`${SKILL}/SKILL.md`], 'removed')
})
