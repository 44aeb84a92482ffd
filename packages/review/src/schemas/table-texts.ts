/** Where a table is defined, as text: its model, its statements, its declaration in code. For questions that a whole parse would not pay for. */
import type { Program } from '../program.js'

/** Every definition of a table that the project holds, by any of the names under which code speaks of it. */
export function relationsText(program: Program, table: string): readonly string[] {
  const wanted = forms(table)
  return definitionsOf(program).flatMap(({ name, text }) =>
    forms(name).some((form) => wanted.includes(form)) ? [text] : [],
  )
}

interface Definition {
  readonly name: string
  readonly text: string
}

const known = new WeakMap<Program, readonly Definition[]>()

function definitionsOf(program: Program): readonly Definition[] {
  let found = known.get(program)
  if (!found) {
    const scripts = program.modules.map(({ text }) => text)
    found = [
      ...program.schemas.flatMap(({ kind, text }) => (kind === 'prisma' ? models(text) : statements(text))),
      ...scripts.flatMap((text) => [
        ...declarations(text),
        ...(text.includes('queryRunner') ? statements(text) : []),
      ]),
    ]
    known.set(program, found)
  }
  return found
}

const models = (text: string): Definition[] =>
  [...text.matchAll(/^[ \t]*model\s+(\w+)\s*\{[^}]*\}/gm)].map(([whole, name]) => ({
    name: name!,
    text: whole,
  }))

const statements = (text: string): Definition[] =>
  [
    ...text.matchAll(
      /\b(?:create\s+table(?:\s+if\s+not\s+exists)?|alter\s+table(?:\s+only)?(?:\s+if\s+exists)?|create\s+unique\s+index[^;]*?\bon)\s+(?:"?\w+"?\.)?"?(\w+)"?[^;`]*/gi,
    ),
  ].map(([whole, name]) => ({ name: name!, text: whole }))

/** Drizzle's tables and TypeORM's entities; a class is taken with its decorators, up to the next one. */
const declarations = (text: string): Definition[] => [
  ...[...text.matchAll(/\b(\w+)\s*=\s*(?:pg|mysql|sqlite)Table\([\s\S]*?\n\}?\)?;?\n(?=\S|$)/g)].map(
    ([whole, name]) => ({ name: name!, text: whole }),
  ),
  ...[...text.matchAll(/@Entity\([\s\S]*?class\s+(\w+)[\s\S]*?(?=@Entity\(|$)/g)].map(([whole, name]) => ({
    name: name!,
    text: whole,
  })),
]

/** `orderLine`, `order_lines`, `OrderLines`: one form in lower case, with and without the plural. */
function forms(name: string): string[] {
  const plain = name.replaceAll(/^.*\.|[\W_]/g, '').toLowerCase()
  return [plain, plain.replace(/ies$/, 'y').replace(/s$/, '')]
}
