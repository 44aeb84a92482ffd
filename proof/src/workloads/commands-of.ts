/**
 * From operations to commands: requests under one key are one command, sent again, and what the client knows of it is the
 * sum of what it heard. Acknowledged means one effect, refused means none, unknown means none or one.
 */
import type { Anomaly, Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'

export interface Command {
  readonly name: string
  readonly token: string
  readonly input: Readonly<Record<string, unknown>>
  readonly outcome: 'ok' | 'refused' | 'unknown'
  /** Body of the definite answer, parsed. */
  readonly answer: Readonly<Record<string, unknown>> | undefined
  readonly code: string | undefined
  readonly tries: readonly Operation[]
}

/** Refusals of an attempt, not of the command: another attempt may find it done. */
const OPEN = new Set(['idempotency_in_progress', 'request_timeout', 'idempotency_key_reused'])

/** Refusals that only a mistake in a workload explains. */
const MISTAKES = new Set([
  'invalid_input',
  'invalid_json',
  'invalid_idempotency_key',
  'unauthenticated',
  'forbidden',
])

type Definite = Operation & { readonly outcome: { readonly kind: 'ok' | 'refused'; readonly body: string } }

/** Whether the answer settles the command it was given to. */
export function isDefinite(operation: Operation): operation is Definite {
  const { outcome } = operation
  return outcome.kind === 'ok' || (outcome.kind === 'refused' && !OPEN.has(outcome.code))
}

export const isQuery = (name: string): boolean => name.startsWith('look.')

const parsed = (body: string): Readonly<Record<string, unknown>> =>
  body === '' ? {} : (JSON.parse(body) as Record<string, unknown>)

/** The commands of a history by token; an input under a key that belongs to another is a command that was refused. */
export function commandsOf(history: readonly Operation[]): ReadonlyMap<string, Command> {
  const byToken = new Map<string, Operation[]>()
  for (const operation of history) {
    if (isQuery(operation.name)) continue
    const { outcome, name } = operation
    if (outcome.kind === 'refused' && MISTAKES.has(outcome.code))
      throw new Error(`The workload sends what \`${name}\` does not take: ${outcome.body}`)
    const { token } = operation.input as { token: string }
    const tries = byToken.get(token)
    if (tries === undefined) byToken.set(token, [operation])
    else tries.push(operation)
  }
  return new Map([...byToken].map(([token, tries]) => [token, commandOf(token, tries)]))
}

function commandOf(token: string, tries: readonly Operation[]): Command {
  const definite = tries.filter(isDefinite)
  const told = definite.find(({ outcome }) => outcome.kind === 'ok') ?? definite[0]
  const { name, input } = tries[0]!
  const shared = { name, token, input: input as Record<string, unknown>, tries }
  if (told === undefined) return { ...shared, outcome: wasReused(tries), answer: undefined, code: undefined }
  const code = told.outcome.kind === 'refused' ? told.outcome.code : undefined
  return { ...shared, outcome: told.outcome.kind, answer: parsed(told.outcome.body), code }
}

/** Under a key that another input holds nothing can have taken effect, before or after. */
const wasReused = (tries: readonly Operation[]): 'refused' | 'unknown' =>
  tries.some(({ outcome }) => outcome.kind === 'refused' && outcome.code === 'idempotency_key_reused')
    ? 'refused'
    : 'unknown'

/** Definite answers under one key and input that differ in a byte. */
export function differentAnswers(workload: string, commands: Iterable<Command>): Finding[] {
  const findings: Finding[] = []
  for (const { name, token, tries } of commands) {
    const answers = new Set(tries.filter(isDefinite).map(({ outcome }) => `${outcome.kind} ${outcome.body}`))
    if (answers.size < 2) continue
    findings.push({
      anomaly: 'different-answer',
      workload,
      message: `${name} ${token} was answered in ${answers.size} ways.`,
      evidence: [...answers],
    })
  }
  return findings
}

/** Compares the effects that stand in the database, by token, with what was answered. `expected`: of an accepted command. */
export function countEffects(
  workload: string,
  commands: ReadonlyMap<string, Command>,
  effects: ReadonlyMap<string, number>,
  expected: (command: Command) => number = () => 1,
): Finding[] {
  const findings: Finding[] = []
  const add = (anomaly: Anomaly, token: string, message: string): void => {
    const command = commands.get(token)
    findings.push({ anomaly, workload, message, evidence: command === undefined ? [] : describe(command) })
  }
  for (const [token, command] of commands) {
    const count = effects.get(token) ?? 0
    const full = expected(command)
    const what = `${command.name} ${token} (${command.outcome}) has ${count} effects, ${full} make it whole.`
    if (count > full) add(command.outcome === 'refused' ? 'ghost-effect' : 'doubled-effect', token, what)
    else if (command.outcome === 'refused' && count > 0) add('ghost-effect', token, what)
    else if (command.outcome === 'ok' && count < full) add('lost-effect', token, what)
    else if (count > 0 && count < full) add('broken-invariant', token, `${what} A part is missing.`)
  }
  for (const token of effects.keys())
    if (!commands.has(token)) add('ghost-effect', token, `Nobody sent the command of the effect ${token}.`)
  return findings
}

export const describe = ({ tries }: Command): string[] =>
  tries.map(
    ({ id, client, name, process, invokedMs, completedMs, input, outcome }) =>
      `#${id} client ${client} ${name} on ${process} ${invokedMs.toFixed(0)}–${completedMs.toFixed(0)} ms: ${JSON.stringify(input)} → ${JSON.stringify(outcome)}`,
  )

/** How often each token occurs. */
export function tally(tokens: Iterable<string>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1)
  return counts
}

/** Values by what `keyOf` says of them, in order. */
export function groupBy<T, K>(values: Iterable<T>, keyOf: (value: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>()
  for (const value of values) {
    const group = groups.get(keyOf(value))
    if (group === undefined) groups.set(keyOf(value), [value])
    else group.push(value)
  }
  return groups
}
