/** What is said of a row that was read and a write behind it: the field that was checked or computed, and how. */
import type { DatabaseCall } from '../../catalogue/database/call.js'
import type { Program } from '../../program.js'
import type { Report } from '../../rule.js'
import { argumentsOf, isWithin, propertyOf, type Node } from '../../syntax/nodes.js'
import { derivedLooks, isTested, looksAt, type Look, type ReadRow } from './facts.js'
import { expectsConflict } from './protection.js'
import { mayBeUnique } from './unique.js'
import type { Write } from './writes.js'

/** `repository.save(row)`: the row itself is handed back. */
export const isSaved = (row: ReadRow, { values, call }: Write): boolean =>
  call.method === 'save' &&
  row.row.some((id) => values.some((value) => isWithin(id, value) && isHandedOver(id)))

const isHandedOver = (id: Node): boolean =>
  id.parent?.type === 'CallExpression' || id.parent?.type === 'ArrayExpression'

export const sameTable = (a: string, b: string): boolean => bareName(a) === bareName(b)
const bareName = (table: string): string => table.replaceAll(/^.*\.|[\W]/g, '').toLowerCase()

export function judged(program: Program, row: ReadRow, write: Write): Report | undefined {
  const direct = looksAt(row)
  const looks = [...direct, ...derivedLooks(program, direct, row.fn)].filter(
    ({ node }) => node.start < write.call.call.end,
  )
  if (isSaved(row, write)) return savedBack(program, row, write.call.call, direct)
  if (write.kind === 'insert') return lookedThenInserted(program, row, write, looks)
  if (/version|updated_?at|xmin|revision|etag/i.test(write.condition)) return undefined
  for (const [field, value] of write.sets) {
    if (mentions(write.condition, field)) return undefined
    const computed = looks.find(
      (look) =>
        sameField(look.field, field) &&
        [value, ...write.values].some((one) => one && isWithin(look.node, one)),
    )
    const tested = looks.find((look) => sameField(look.field, field) && isTested(look.node))
    const ground =
      computed ?? (isCredential(field) || (write.adds && !isUpperBound(tested?.node)) ? undefined : tested)
    // Many rows are work that is fetched, not a look whether there is one.
    const isLook = row.read.kind !== 'read-many' || row.read.sql !== undefined
    if (!ground && isLook && conditionWords(program, row.read).some((word) => sameField(word, field)))
      return lookedThenInserted(program, row, write, looks)
    if (ground && !isOwnIdentity(field))
      return told(
        program,
        row,
        write.call.call,
        ground,
        computed ? 'is written back, computed from what was read' : 'is written after it was checked',
        field,
      )
  }
  return undefined
}

const isOwnIdentity = (field: string): boolean => /^(?:id|uuid)$/i.test(field)

/** `uses >= max`: adding is what the check was to keep. A check for enough says nothing of who is given more. */
function isUpperBound(look: Node | undefined): boolean {
  const test = look?.parent
  if (test?.type !== 'BinaryExpression') return false
  return test.left === look ? test.operator.startsWith('>') : test.operator.startsWith('<')
}

/** To set a new password after the old one was compared takes nothing from anybody. */
const isCredential = (field: string): boolean => /password|passwd|hash|secret|token|pin$|otp/i.test(field)

/** `heldUntil` and `held_until` are one field. */
export const sameField = (a: string, b: string): boolean => a !== '' && plain(a) === plain(b)
const plain = (name: string): string => name.replaceAll('_', '').toLowerCase()
export const mentions = (condition: string, field: string): boolean =>
  plain(condition.replaceAll(/\W+/g, ' ')).split(' ').includes(plain(field))

/** Fields of the row were changed in memory and the row is saved as a whole. */
export function savedBack(
  program: Program,
  row: ReadRow,
  at: Node,
  looks: readonly Look[],
): Report | undefined {
  for (const { field, node } of looks) {
    const assignment = node.parent
    if (assignment?.type === 'UpdateExpression')
      return told(program, row, at, { field, node }, 'is written back, computed from what was read', field)
    if (assignment?.type !== 'AssignmentExpression' || assignment.left !== node) continue
    const computes =
      assignment.operator !== '=' ||
      looks.some((look) => sameField(look.field, field) && isWithin(look.node, assignment.right))
    const tested = looks.some((look) => sameField(look.field, field) && isTested(look.node))
    if (computes || tested)
      return told(
        program,
        row,
        at,
        { field, node },
        computes ? 'is written back, computed from what was read' : 'is written after it was checked',
        field,
      )
  }
  return undefined
}

/** Counted or looked for, then inserted. */
function lookedThenInserted(
  program: Program,
  row: ReadRow,
  write: Write,
  looks: readonly Look[],
): Report | undefined {
  // A constraint says no to a second one of the same; it says nothing to one too many.
  const isCount = row.read.kind === 'count'
  if (!isCount && (write.expectsConflict || expectsConflict(program, row.fn))) return undefined
  const tested = looks.find(({ node }) => isTested(node) && node.start < write.call.call.start)
  if (!tested || !isAbout(row, tested)) return undefined
  if (!isCount && mayBeUnique(program, row.read.table!, conditionWords(program, row.read))) return undefined
  const how = isCount
    ? 'is counted, and one more is inserted'
    : 'is looked for, and inserted where it is missing'
  return told(program, row, write.call.call, tested, how, undefined)
}

/** The test is about whether there is one, or how many. */
const isAbout = ({ read }: ReadRow, { field }: Look): boolean =>
  field === '' || (read.kind === 'count' && /^(?:n|count|total|_count|cnt|c|used|taken|num\w*)$/i.test(field))

/** All words of the read's condition. */
const conditionWords = (program: Program, read: DatabaseCall): readonly string[] => [
  ...new Set(conditionOf(program, read).match(/\w+/g) ?? []),
]

function conditionOf(program: Program, { sql, chain, call }: DatabaseCall): string {
  if (sql) return program.textOf(sql).replace(/^[\s\S]*?\bwhere\b/i, '')
  if (chain.length > 0)
    return chain
      .filter(({ name }) => /where/i.test(name))
      .map(({ call }) =>
        argumentsOf(call)
          .map((one) => program.textOf(one))
          .join(' '),
      )
      .join(' ')
  return argumentsOf(call)
    .map((one) => program.textOf(propertyOf(one, 'where') ?? one))
    .join(' ')
}

export function told(
  program: Program,
  row: ReadRow,
  at: Node,
  ground: Look,
  how: string,
  field: string | undefined,
): Report {
  const table = row.read.table!
  const what = field === undefined ? `A row of ${table}` : `\`${field}\` of ${table}`
  return {
    at,
    message: `${what} ${how}, and nothing keeps another request from doing the same in between.`,
    path: [
      program.step(row.at, `reads ${table}`),
      program.step(ground.node, 'is decided or computed here'),
      program.step(at, `writes ${table}`),
    ],
    fix:
      field === undefined
        ? `Let a unique constraint decide (\`on conflict do nothing\` and look at what was inserted), or lock the parent row with \`for update\` before counting.`
        : `Put the check into the write and look at how many rows it changed: \`update ${table} set ${field} = … where id = $1 and ${field} … \`; or read the row \`for update\` in the same transaction; or compare a version.`,
    confidence: 'likely',
  }
}
