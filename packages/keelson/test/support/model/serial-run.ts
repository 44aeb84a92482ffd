/** What a command does alone in a serial world: the answers that are right, each with the state it leaves. */
import { perform } from './commands.js'
import { answerOf, BUSY, isRemembered, type Issue } from './issue.js'
import { Refused, SerialWords, type Manner } from './serial-words.js'
import type { ModelState } from './state.js'
import { RuleBroken } from './words.js'

const MANNERS: readonly Manner[] = ['sets', 'ordered', 'stepwise']

/** The states in which the issue's answer is right when it runs alone on this one. None: the answer is wrong here. */
export async function statesAfter(issue: Issue, state: ModelState): Promise<ModelState[]> {
  const answer = issue.answer!
  if (answer === BUSY) return [state]
  const known = issue.key === undefined ? undefined : state.answers.get(issue.key)
  if (known !== undefined || issue.recalled) return known === answer ? [state] : []
  const states: ModelState[] = []
  for (const manner of MANNERS) {
    const after = await stateAfter(issue, state, manner)
    if (after && !states.some((other) => isSame(other, after))) states.push(after)
  }
  return states
}

const isSame = (left: ModelState, right: ModelState): boolean =>
  JSON.stringify(entries(left)) === JSON.stringify(entries(right))
const entries = ({ rows, logs, answers }: ModelState): unknown => [
  Object.values(rows).map((table) => [...table]),
  [...logs],
  [...answers],
]

async function stateAfter(issue: Issue, state: ModelState, manner: Manner): Promise<ModelState | undefined> {
  const words = new SerialWords(state, issue.now, issue.ids, manner)
  const answer = issue.answer!
  try {
    const value = await perform(issue.command, words)
    const rows = words.end()
    if (answerOf({ ok: true, value }) !== answer) return undefined
    const logs = new Map(state.logs)
    for (const { log, payload } of words.notes)
      if (log !== null) logs.set(log, [...(logs.get(log) ?? []), `${issue.index} ${payload}`])
    return { rows, logs, answers: remember(issue, state) }
  } catch (error) {
    if (error instanceof Refused)
      return error.codes.has(answer) ? { ...state, answers: remember(issue, state) } : undefined
    if (error instanceof RuleBroken || error instanceof Error) {
      return answerOf({ ok: false, error }) === answer
        ? { ...state, answers: remember(issue, state) }
        : undefined
    }
    throw error
  }
}

function remember({ key, command, answer }: Issue, { answers }: ModelState): ModelState['answers'] {
  if (key === undefined || !isRemembered(command, answer!)) return answers
  return new Map(answers).set(key, answer!)
}
