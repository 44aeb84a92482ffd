/**
 * What must not leave the service: stacks, SQL, texts of the database, names of its own tables. Told by patterns, over
 * every answer that a client heard.
 */
import type { Operation } from '../history/operation.js'
import { operationInWords } from './answers.js'
import type { Finding } from './finding.js'
import { FindingLists } from './finding-list.js'

const SIGNS: readonly (readonly [what: string, sign: RegExp])[] = [
  ['a stack', /(?:\n|\\n)\s*at\s+\S|\bat .{0,200}\.[cm]?[jt]s:\d+:\d+|node_modules|file:\/\/\//],
  [
    'SQL',
    /\bselect\b.{1,400}\bfrom\s+["\w]|\binsert into\s+["\w]|\bupdate\s+["\w.]+\s+set\b|\bdelete from\s+["\w]|\bfor (?:no key )?update\b|\$\d+::/is,
  ],
  [
    'a text of the database',
    /duplicate key value|violates .{0,100}\bconstraint|deadlock detected|could not serialize access|canceling statement|terminating connection|connection terminated|current transaction is aborted|\b(?:relation|column|function|database|role) \\?"[^"]{0,100}" (?:of relation .{0,100})?does not exist|syntax error at|invalid input syntax|null value in column|connection slots|too many clients|no space left|could not (?:extend|write|open|access) (?:file|status)|the database system is|password authentication|server closed the connection|sqlstate/i,
  ],
  ['an error of the network', /\bE(?:CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NOTFOUND)\b/],
  ["a name of Keelson's own tables", /\bkeelson"?\."?(?:groups|idempotency|events|api_keys|migrations)\b/i],
]

/** What a text shows that it must not, in words; undefined where it shows nothing of the kind. */
export const leakIn = (text: string): string | undefined => SIGNS.find(([, sign]) => sign.test(text))?.[0]

/**
 * Finds `leaked`, over all workloads of the history. The reason of an unknown outcome is the client's own text, unless it
 * begins with a status: then what follows is taken to be the body of that answer.
 */
export function checkLeaks(history: readonly Operation[]): readonly Finding[] {
  const lists = new FindingLists()
  for (const operation of history) {
    const what = leakIn(bodyOf(operation))
    if (what === undefined) continue
    lists
      .of(operation.workload)
      .add('leaked', `An answer to ${operation.name} showed ${what}.`, [operationInWords(operation)])
  }
  return lists.all()
}

function bodyOf({ outcome }: Operation): string {
  if (outcome.kind !== 'unknown') return outcome.body
  return /^[45]\d\d\b/.test(outcome.reason) ? outcome.reason : ''
}
