/**
 * What must not leave the service: stacks, SQL, texts of the database, names of its own tables. Told by patterns, over
 * every answer that a client heard.
 */
import type { Operation } from '../history/operation.js'
import { operationInWords } from './answers.js'
import type { Finding } from './finding.js'
import { FindingLists } from './finding-list.js'

const SIGNS: readonly (readonly [what: string, signs: readonly RegExp[]])[] = [
  [
    'a stack',
    [/(?:\n|\\n)\s*at\s+\S/, /\bat .{0,200}\.[cm]?[jt]s:\d+:\d+/, /\bnode_modules\b/, /\bfile:\/\/\//],
  ],
  [
    'SQL',
    [
      /\bselect\s[^{}]{1,400}\sfrom\s+["\w\\]/i,
      /\binsert into\s+["\w\\]/i,
      /\bupdate\s+["\w.\\]+\s+set\b/i,
      /\bdelete from\s+["\w\\]/i,
      /\bfor (?:no key )?update\b/i,
      /\$\d+::/,
    ],
  ],
  [
    'a text of the database',
    [
      /duplicate key value|violates .{0,100}\bconstraint|null value in column/i,
      /deadlock detected|could not serialize access|current transaction is aborted/i,
      /canceling statement|terminating connection|connection terminated|server closed the connection/i,
      /\b(?:relation|column|function|database|role) \\?"[^"]{0,100}" (?:of relation .{0,100})?does not exist/i,
      /syntax error at|invalid input syntax|sqlstate/i,
      /connection slots|too many clients|the database system is|password authentication/i,
      /no space left|could not (?:extend|write|open|access) (?:file|status)/i,
    ],
  ],
  ['an error of the network', [/\bE(?:CONNREFUSED|CONNRESET|PIPE|TIMEDOUT|HOSTUNREACH|NOTFOUND)\b/]],
  [
    "a name of Keelson's own tables",
    [
      /\bkeelson\\?"?\.\\?"?(?:groups|idempotency|events|event_\w+|subscribers|leases|api_keys|migrations)\b/i,
    ],
  ],
]

/** What a text shows that it must not, in words; undefined where it shows nothing of the kind. */
export const leakIn = (text: string): string | undefined =>
  SIGNS.find(([, signs]) => signs.some((sign) => sign.test(text)))?.[0]

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
