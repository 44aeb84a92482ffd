/**
 * Once-only keys keep their word: whoever sends a command again, anywhere and at any time, hears the same bytes; and a
 * key stands for one request only.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Operation } from '../history/operation.js'
import { KEY_REUSED, operationInWords, standingOf } from './answers.js'
import { commandsOf, type LogicalCommand } from './commands.js'
import type { Finding } from './finding.js'
import { FindingLists } from './finding-list.js'

/** Finds `different-answer`, over all workloads of the history. */
export function checkReplies(history: readonly Operation[]): readonly Finding[] {
  const lists = new FindingLists()
  for (const command of commandsOf(history)) {
    const breach = breachOf(command)
    if (breach === undefined) continue
    lists
      .of(command.workload)
      .add(
        'different-answer',
        `${breach} (${command.name}, key ${command.key}).`,
        command.attempts.map(operationInWords),
      )
  }
  return lists.all()
}

function breachOf({ key, attempts }: LogicalCommand): string | undefined {
  if (key === undefined) return undefined
  const answers = attempts.map(verdictText).filter((text) => text !== undefined)
  if (new Set(answers).size > 1) return 'One key got different answers'
  const [first, ...others] = attempts.filter(({ outcome }) => standingOf(outcome) === 'kept')
  if (others.some(({ input }) => !isDeepStrictEqual(input, first!.input)))
    return 'One key answered for two requests that differ'
  if (attempts.some(isReuse) && attempts.every(({ input }) => isDeepStrictEqual(input, attempts[0]!.input)))
    return 'A key was said to belong to another request, and does not'
  return undefined
}

/** What must be the same each time; undefined where the answer is none. */
function verdictText({ outcome }: Operation): string | undefined {
  if (outcome.kind === 'unknown') return undefined
  const standing = standingOf(outcome)
  if (standing === 'kept') return `${outcome.status} ${outcome.body}`
  return standing === 'unfit' && outcome.kind === 'refused' ? `${outcome.status} ${outcome.code}` : undefined
}

const isReuse = ({ outcome }: Operation): boolean => outcome.kind === 'refused' && outcome.code === KEY_REUSED
