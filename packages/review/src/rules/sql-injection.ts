/**
 * SQL built from input: a text that reaches a database as SQL and that a request decides a part of. Values handed over as parameters are none
 * of it, and neither are numbers, identifiers from a list, and what the drivers quote.
 */
import { databaseCalls } from '../catalogue/database/calls.js'
import { requestSources, type Source } from '../flow/sources.js'
import type { Program } from '../program.js'
import type { Report, Rule } from '../rule.js'
import { argumentAt, calleeOf, enclosingFunction, unwrap, type CallNode, type Node } from '../syntax/nodes.js'

/** Calls that make SQL of a text, beside those that run it: which argument the text is. */
const FRAGMENTS: readonly (readonly [RegExp, number])[] = [
  [/^@prisma\/client:Prisma\.raw$/, 0],
  [/^drizzle-orm(?:\/[\w-]+)?:sql\.raw$/, 0],
  [
    /^knex:\(\)(?:.*\.)?(?:raw|whereRaw|orWhereRaw|andWhereRaw|orderByRaw|groupByRaw|havingRaw|joinRaw|fromRaw|selectRaw)$/,
    0,
  ],
  [/^kysely:sql\.(?:raw|id|lit)$/, 0],
  [/^postgres:\(\)\.unsafe$/, 0],
  [/^sequelize(?:-typescript)?:(?:Sequelize\.)?literal$/, 0],
  [
    /^typeorm:.*(?:createQueryBuilder\(\)|SelectQueryBuilder\.new).*\.(?:where|andWhere|orWhere|having|andHaving|orHaving|orderBy|addOrderBy|groupBy|addGroupBy|select|addSelect|from)$/,
    0,
  ],
  [
    /^typeorm:.*(?:createQueryBuilder\(\)|SelectQueryBuilder\.new).*\.(?:leftJoin|innerJoin|leftJoinAndSelect|innerJoinAndSelect)$/,
    2,
  ],
  [/^typeorm:Raw$/, 0],
]

/** Functions whose result is safe inside SQL. */
const QUOTES =
  /^(?:pg:(?:.*\.)?escape(?:Identifier|Literal)|pg-format:(?:$|ident|literal|withArray)|mysql2?(?:\/promise)?:.*\bescape(?:Id)?|sqlstring:.*|sql-template-strings:.*)$/

export const sqlInjection: Rule = {
  id: 'sql-injection',
  title: 'SQL built from input',
  severity: 'critical',
  check(program, report) {
    const found: Injection[] = []
    const seen = new Set<Node>()
    const judge = (call: CallNode, text: Node | undefined): void => {
      if (!text || seen.has(text)) return
      seen.add(text)
      const [source] = requestSources(program, text, { isClean: (node) => isQuoted(program, node) })
      if (source) found.push({ call, text, source })
    }
    for (const { call, sql, library } of databaseCalls(program)) {
      if (!isParameterised(call, sql, library)) judge(call, sql)
    }
    for (const call of program.calls()) {
      for (const { key } of program.callees(call)) {
        const fragment = FRAGMENTS.find(([pattern]) => pattern.test(key))
        if (fragment && call.type !== 'TaggedTemplateExpression') judge(call, argumentAt(call, fragment[1]))
      }
    }
    for (const injection of found) {
      if (!found.some((outer) => isSeenThrough(program, injection, outer)))
        report(reportOf(program, injection))
    }
  },
}

interface Injection {
  readonly call: CallNode
  readonly text: Node
  readonly source: Source
}

/** Whether the same input was found already where it is handed to the function in which `inner` stands. */
function isSeenThrough(program: Program, inner: Injection, outer: Injection): boolean {
  if (inner === outer || inner.source.node !== outer.source.node) return false
  const fn = enclosingFunction(inner.call)
  return fn !== undefined && program.targets(outer.call).includes(fn)
}

/** A tagged template hands its values over as parameters. */
function isParameterised(call: CallNode, sql: Node | undefined, library: string): boolean {
  return (
    call.type === 'TaggedTemplateExpression' ||
    (sql !== undefined && unwrap(sql).type === 'TaggedTemplateExpression' && library !== 'pg')
  )
}

function reportOf(program: Program, { call, text, source }: Injection): Report {
  const sink = program.textOf(calleeOf(call)).replace(/\s+/g, ' ').slice(-60)
  return {
    at: call,
    message: `A part of the SQL that ${sink} runs comes from ${source.what} as text: whoever sends the request can write SQL here.`,
    path: [...source.path, program.step(text, `becomes SQL in ${sink}`)],
    fix: fixFor(program, call),
  }
}

function isQuoted(program: Program, node: Node): boolean {
  return node.type === 'CallExpression' && program.keys(calleeOf(node)).some((key) => QUOTES.test(key))
}

function fixFor(program: Program, call: CallNode): string {
  const key = program.callees(call)[0]?.key ?? ''
  const names =
    'A column or direction that the client chooses is looked up in a list of the code: `const column = COLUMNS[input]`.'
  if (key.startsWith('@prisma'))
    return `Use the tagged template, which sends values as parameters: \`prisma.$queryRaw\`… where id = \${id}\`\`. ${names}`
  if (key.startsWith('knex')) return `Pass values as bindings: \`raw('… where id = ?', [id])\`. ${names}`
  if (key.startsWith('drizzle'))
    return `Let the template bind the value: \`sql\`… \${value}\`\`, without \`sql.raw\`. ${names}`
  if (key.startsWith('postgres'))
    return `Use the tagged template: \`sql\`… where id = \${id}\`\`; for names \`sql(column)\`. ${names}`
  if (key.startsWith('typeorm'))
    return `Name parameters: \`where('user.name = :name', { name })\`, or \`query('… $1', [value])\`. ${names}`
  return `Pass values as parameters: \`query('… where id = $1', [id])\`. ${names}`
}
