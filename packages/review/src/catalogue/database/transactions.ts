/**
 * Where a transaction is open: in the callback that a library's transaction is given, and in a function between the call that begins one
 * and the call that commits it. By position, so that what stands behind the commit, or behind a rollback in its block, is outside.
 */
import type { Program } from '../../program.js'
import {
  argumentsOf,
  argumentAt,
  enclosingFunction,
  isFunction,
  isWithin,
  unwrap,
  type CallNode,
  type FunctionNode,
  type Node,
} from '../../syntax/nodes.js'
import { sqlTextOf, stepName } from './call.js'
import { databaseCalls } from './calls.js'

export interface OpenTransaction {
  /** The call that opens it. */
  readonly begin: CallNode
  readonly fn: FunctionNode
  /** Whether a node that stands directly in `fn`, or in a callback inside it, runs while it is open. */
  covers(node: Node): boolean
}

/** Transactions whose whole callback is inside; those of databaseCalls are known by the handle they give. */
const WITH_CALLBACK =
  /^(?:sequelize(?:-typescript)?:Sequelize\.new\.transaction|mongoose:(?:startSession\(\)|ClientSession\.new|Connection\.new\.startSession\(\)|connection\.startSession\(\))\.withTransaction|mongoose:(?:connection|Connection\.new)\.transaction|mongodb:(?:MongoClient\.new\.startSession\(\)|ClientSession\.new)\.withTransaction|@mikro-orm\/[\w-]+:(?:EntityManager|SqlEntityManager)\.new\.(?:transactional)|kysely:Kysely\.new\.transaction\(\).*\.execute|typeorm:(?:DataSource|EntityManager)\.new\.transaction|postgres:\(\)\.begin|drizzle:db\.transaction|knex:\(\)\.transaction|@prisma\/client:PrismaClient\.new\.\$transaction)$/

const BEGINS =
  /^(?:typeorm:QueryRunner\.new\.startTransaction|knex:\(\)\.transaction|sequelize(?:-typescript)?:Sequelize\.new\.transaction|mongoose:(?:startSession\(\)|ClientSession\.new|connection\.startSession\(\))\.startTransaction|mongodb:(?:MongoClient\.new\.startSession\(\)|ClientSession\.new)\.startTransaction|mysql2?(?:\/promise)?:.*\.beginTransaction|@mikro-orm\/[\w-]+:(?:EntityManager|SqlEntityManager)\.new\.begin)$/

const COMMITS =
  /^(?:typeorm:QueryRunner\.new\.commitTransaction|knex:\(\)(?:\.transaction\(\))?\.commit|sequelize(?:-typescript)?:(?:Sequelize\.new\.transaction\(\)|Transaction\.new)\.commit|(?:mongoose|mongodb):.*\.commitTransaction|mysql2?(?:\/promise)?:.*\.commit|@mikro-orm\/[\w-]+:(?:EntityManager|SqlEntityManager)\.new\.commit)$/

const ROLLBACKS =
  /^(?:typeorm:QueryRunner\.new\.rollbackTransaction|knex:\(\)(?:\.transaction\(\))?\.rollback|sequelize(?:-typescript)?:(?:Sequelize\.new\.transaction\(\)|Transaction\.new)\.rollback|(?:mongoose|mongodb):.*\.abortTransaction|mysql2?(?:\/promise)?:.*\.rollback|@mikro-orm\/[\w-]+:(?:EntityManager|SqlEntityManager)\.new\.rollback)$/

type Mark = 'begin' | 'commit' | 'rollback'

/** Every place of the program in which a transaction is open. */
export function openTransactions(program: Program): readonly OpenTransaction[] {
  const found: OpenTransaction[] = []
  const marks = new Map<FunctionNode, { mark: Mark; call: CallNode }[]>()
  const add = (call: CallNode, mark: Mark): void => {
    const fn = enclosingFunction(call)
    if (fn) marks.set(fn, [...(marks.get(fn) ?? []), { mark, call }])
  }
  for (const call of program.calls()) {
    const keys = program.callees(call).map(({ key }) => key)
    if (keys.some((key) => WITH_CALLBACK.test(key))) {
      for (const fn of callbacksOf(program, call)) found.push({ begin: call, fn, covers: () => true })
    }
    const mark = markOf(keys, call)
    if (mark) add(call, mark)
  }
  for (const query of databaseCalls(program)) {
    const text = query.sql && sqlTextOf(program, query.sql)
    const mark = text === undefined ? undefined : markOfText(text)
    if (mark) add(query.call, mark)
  }
  found.push(...decorated(program))
  for (const [fn, list] of marks) found.push(...ranges(fn, list))
  return found
}

const DECORATORS =
  /^(?:typeorm-transactional(?:-cls-hooked)?|@nestjs-cls\/transactional|@mikro-orm\/[\w-]+):Transactional\(\)$/

/** Methods that run in a transaction as a whole: `@Transactional()`. */
function decorated(program: Program): readonly OpenTransaction[] {
  const found: OpenTransaction[] = []
  for (const fn of program.functions()) {
    const method = fn.parent
    if (method?.type !== 'MethodDefinition') continue
    for (const { expression } of method.decorators) {
      if (expression.type !== 'CallExpression') continue
      if (program.keys(expression).some((key) => DECORATORS.test(key)))
        found.push({ begin: expression, fn, covers: () => true })
    }
  }
  return found
}

/** Functions that the call is given and runs: written there or by name; an array of queries is none. */
function callbacksOf(program: Program, call: CallNode): readonly FunctionNode[] {
  return argumentsOf(call).flatMap((given) => {
    const inner = unwrap(given)
    if (isFunction(inner)) return [inner]
    if (inner.type !== 'Identifier' && inner.type !== 'MemberExpression' && inner.type !== 'CallExpression')
      return []
    return program.values.evaluate(inner).flatMap((value) => (value.kind === 'function' ? [value.node] : []))
  })
}

function markOf(keys: readonly string[], call: CallNode): Mark | undefined {
  // With a callback it is no beginning: its end is the callback's.
  if (keys.some((key) => BEGINS.test(key)))
    return argumentsOf(call).some((given) => isFunction(unwrap(given))) ||
      (argumentAt(call, 0)?.type === 'Identifier' && stepName(call) === 'transaction')
      ? undefined
      : 'begin'
  if (keys.some((key) => COMMITS.test(key))) return 'commit'
  return keys.some((key) => ROLLBACKS.test(key)) ? 'rollback' : undefined
}

function markOfText(text: string): Mark | undefined {
  if (/^\s*(?:begin|start\s+transaction)\b/i.test(text)) return /;\s*\S/.test(text) ? undefined : 'begin'
  if (/^\s*(?:commit|end)\b/i.test(text)) return 'commit'
  return /^\s*(?:rollback|abort)\b(?!\s+to)/i.test(text) ? 'rollback' : undefined
}

/** From each beginning to the last commit before the next one. */
function ranges(
  fn: FunctionNode,
  marks: readonly { readonly mark: Mark; readonly call: CallNode }[],
): readonly OpenTransaction[] {
  const sorted = marks.toSorted((a, b) => a.call.start - b.call.start)
  return sorted.flatMap(({ mark, call: begin }, at) => {
    if (mark !== 'begin') return []
    const next = sorted.findIndex((other, index) => index > at && other.mark === 'begin')
    const ends = sorted.slice(at + 1, next < 0 ? undefined : next)
    const last = ends.findLast((end) => end.mark === 'commit')
    if (!last) return []
    const covers = (node: Node): boolean =>
      node.start > begin.end &&
      node.end <= last.call.start &&
      !ends.some(({ call }) => call.end <= node.start && isWithin(node, blockOf(call, fn)))
    return [{ begin, fn, covers }]
  })
}

/** The block that the call is a statement of. */
function blockOf(call: Node, fn: FunctionNode): Node {
  for (let outer = call.parent; outer && outer !== fn; outer = outer.parent)
    if (outer.type === 'BlockStatement' || outer.type === 'SwitchCase') return outer
  return fn
}
