/**
 * `npm run new-rule -- ID`: what a rule of the reviewer consists of, each in its place: the entry of the rulebook, the rule, two fixtures, and
 * their lines in the lists. Nothing of it is done: the tests name what is to be written.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const [id = ''] = process.argv.slice(2)
const at = (...parts) => join(root, 'packages', ...parts)

if (!/^[a-z][a-z\d]*(?:-[a-z\d]+)+$/.test(id)) {
  console.error('npm run new-rule -- ID\n\nID is kebab case and says what is found: `transaction-on-a-pool`.')
  process.exit(2)
}
const name = id.replaceAll(/-(\w)/g, (_, letter) => letter.toUpperCase())
const title = id.replaceAll('-', ' ').replace(/^\w/, (letter) => letter.toUpperCase())
const entry = at('rulebook', 'src', 'validations', `${id}.ts`)
if (existsSync(entry)) {
  console.error(
    `There is an entry for ${id} already: ${entry}. Where it says \`by-hand\`, make it \`rule\` and write the rule beside.`,
  )
  process.exit(1)
}

write(entry, entryText())
list(
  at('rulebook', 'src', 'validations.ts'),
  `import { ${name} } from './validations/${id}.js'`,
  'validations: readonly Validation[] = [',
)
write(at('review', 'src', 'rules', `${id}.ts`), ruleText())
list(
  at('review', 'src', 'rules', 'all.ts'),
  `import { ${name} } from './${id}.js'`,
  'RULES: readonly Rule[] = [',
)
for (const kind of ['vulnerable', 'safe']) {
  const fixture = at('review', 'test', 'fixtures', id, kind, 'first')
  write(join(fixture, 'package.json'), '{ "name": "first" }\n')
  write(join(fixture, 'src', 'app.ts'), 'export const app = 1\n')
  if (kind === 'vulnerable') write(join(fixture, 'expected.json'), '[{ "file": "src/app.ts", "line": 1 }]\n')
}
console.log(`
Next: packages/review/ARCHITECTURE.md says how a rule is written. Eight fixtures of each kind, the safe ones near misses; then
  npm run format && npx tsc -b && node --test packages/review/dist/test/rules/ && npm run rulebook && npm run review:bench`)

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  console.log(path.slice(root.length))
}

/** Adds an import behind the last one, and the name at the head of the list. */
function list(path, line, head) {
  const text = readFileSync(path, 'utf8')
  const last = text.lastIndexOf('\nimport ')
  const end = text.indexOf('\n', last + 1)
  const begun = `${text.slice(0, end)}\n${line}${text.slice(end)}`
  if (!begun.includes(head)) throw new Error(`${path} has no list that begins with «${head}».`)
  writeFileSync(path, begun.replace(head, `${head}\n  ${name},`))
  console.log(`${path.slice(root.length)}: one line more`)
}

function entryText() {
  return `/** ${title}. */
import type { Validation } from '../entry.js'

export const ${name}: Validation = {
  kind: 'validation',
  id: '${id}',
  title: '${title}',
  severity: 'high',
  why: '',
  looksFor: '',
  sparesFor: [],
  fix: '',
  numbers: [],
  siblings: [],
  covers: [],
  wrong: { language: 'ts', stack: '', text: '' },
  right: { language: 'ts', stack: '', text: '' },
  executedBy: 'rule',
}
`
}

function ruleText() {
  return `/** ${title}: what it finds, and what it spares. */
import type { Rule } from '../rule.js'

export const ${name}: Rule = {
  id: '${id}',
  title: '${title}',
  severity: 'high',
  check(program, report) {
    for (const call of program.calls()) {
      if (!program.callees(call).some(({ key }) => key === 'package:name')) continue
      report({ at: call, message: '', fix: '', path: [program.step(call, '')] })
    }
  },
}
`
}
