/**
 * Notes and their subscriber: every note that was made is followed, once, in the order of its key, within ten seconds after
 * the load; and nothing is left of the way there.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'
import { commandsOf, countEffects, differentAnswers, groupBy, tally } from './commands-of.js'
import { commandOf, pick } from './draw.js'
import type { Sql, Workload } from './workload.js'

const NAME = 'notes'
const KEYS = ['do', 're', 'mi', 'fa', 'so', 'la', 'ti']
/** As the drain of everything else. */
const CATCH_UP_MS = 10_000
const LOOK_EVERY_MS = 100

export function notes(catchUpMs = CATCH_UP_MS): Workload {
  return {
    name: NAME,
    async seed(sql) {
      await sql('insert into note_keys select unnest($1::text[]), 0', [KEYS])
      await sql("insert into follow_totals values ('notes', 0)")
    },
    next: (random) => commandOf(random, 'notes.make', { key: pick(random, KEYS) }),
    check: (history, sql) => check(history, sql, catchUpMs),
  }
}

interface Followed {
  readonly token: string
  readonly key: string
  readonly number: number
}

async function check(
  history: readonly Operation[],
  sql: Sql,
  catchUpMs: number,
): Promise<readonly Finding[]> {
  const late = await catchUp(sql, catchUpMs)
  const followed = await sql<Followed>('select token, key, number from notes_followed order by place')
  const commands = commandsOf(history)
  return [
    ...late,
    ...differentAnswers(NAME, commands.values()),
    ...countEffects(NAME, commands, tally(followed.map(({ token }) => token))),
    ...checkOrder(followed),
    ...(await checkTotals(sql, followed.length)),
  ]
}

const LEFT = `
select (select count(*)::int from keelson.events where name = 'note.made') - (select count(*)::int from notes_followed) as unfollowed,
  (select count(*)::int from keelson.event_marks where subscriber = 'notes') as marks,
  (select string_agg(key || ': ' || error, '; ') from keelson.event_held_keys where subscriber = 'notes') as held`

interface Left {
  readonly unfollowed: number
  readonly marks: number
  readonly held: string | null
}

async function catchUp(sql: Sql, limitMs: number): Promise<Finding[]> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const [left] = await sql<Left>(LEFT)
    const { unfollowed, marks, held } = left!
    if (unfollowed <= 0 && marks === 0 && held === null) return []
    if (performance.now() > deadline) {
      const message = `${limitMs / 1000} s after the load ${unfollowed} notes were not followed, ${marks} marks were left.`
      return [{ anomaly: 'not-drained', workload: NAME, message, evidence: held === null ? [] : [held] }]
    }
    await delay(LOOK_EVERY_MS)
  }
}

/** Of a key 1, 2, 3, …, in the order in which they were followed. */
function checkOrder(followed: readonly Followed[]): Finding[] {
  const findings: Finding[] = []
  for (const [key, theirs] of groupBy(followed, (note) => note.key)) {
    const at = theirs.findIndex(({ number }, place) => number !== place + 1)
    if (at < 0) continue
    const numbers = theirs.slice(Math.max(0, at - 3), at + 4).map(({ number }) => number)
    const message = `The notes of ${key} were not followed in their order, one by one, from ${at + 1} on.`
    findings.push({ anomaly: 'broken-invariant', workload: NAME, message, evidence: [numbers.join(' ')] })
  }
  return findings
}

async function checkTotals(sql: Sql, rows: number): Promise<Finding[]> {
  const [total] = await sql<{ value: number }>("select value from follow_totals where id = 'notes'")
  const [first] = await sql<{ first: number | null }>(
    'select (min(first_position) - 1)::int as first from keelson.event_batches',
  )
  const findings: Finding[] = []
  const add = (message: string): void =>
    void findings.push({ anomaly: 'broken-invariant', workload: NAME, message, evidence: [] })
  if (total?.value !== rows) add(`The subscriber has counted ${total?.value} notes and noted ${rows}.`)
  if ((first?.first ?? 0) !== 0) add(`The first position is ${(first?.first ?? 0) + 1}.`)
  return findings
}
