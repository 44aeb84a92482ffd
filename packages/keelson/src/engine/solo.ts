/**
 * Step 7: a command alone in a transaction, with SQL that works as everywhere. It holds exclusive guards on the tables
 * it touches; which these are is learned from its own locks, and a run that touched more is undone and repeated.
 */
import { KeelsonError } from '../errors.js'
import { pause } from '../internal/clock.js'
import { backoffMs } from '../internal/random.js'
import { tellEffects, type EngineContext } from './context.js'
import { planEffects } from './flush-plan.js'
import type { Outcome } from './outcome.js'
import type { Member } from './member.js'
import type { SoloSession, Touched } from './port.js'
import { outcomeUnknown, resolveFate } from './resolve.js'
import { SoloWork } from './solo-work.js'
import type { Source } from './run.js'
import { errorOfViolation } from './violation.js'

/** Runs of one solo command for reasons of the database (deadlock, time-out, newly met tables). */
const TRIES_MAX = 20

/** What the engine has learned of its commands, by name. */
export class SoloKnowledge {
  readonly #always = new Map<string, string>()
  /** Commands whose last run touched nothing unguarded. */
  readonly #proven = new Set<string>()
  readonly #tables = new Map<string, Map<number, boolean>>()

  /** What the command does that only a solo command can do; undefined where it does nothing of the kind. */
  reasonOf(name: string): string | undefined {
    return this.#always.get(name)
  }

  /** From now on the command goes solo at once. */
  remember(name: string, reason: string): void {
    if (!this.#always.has(name)) this.#always.set(name, reason)
  }

  /** The tables that the command has been seen to touch. */
  guards(name: string): Touched {
    return this.#tables.get(name) ?? new Map<number, boolean>()
  }

  learn(name: string, tables: Touched): void {
    let known = this.#tables.get(name)
    if (!known) this.#tables.set(name, (known = new Map<number, boolean>()))
    for (const [id, locksRows] of tables) known.set(id, locksRows || known.get(id) === true)
  }

  isProven(name: string): boolean {
    return this.#proven.has(name)
  }

  prove(name: string, isProven: boolean): void {
    if (isProven) this.#proven.add(name)
    else this.#proven.delete(name)
  }
}

/** Whatever is read goes through the session; nothing comes from here. */
const NO_SOURCE: Source = { row: () => undefined, shaped: () => undefined }

type Turn = 'done' | 'again' | 'wait'

/** Runs the member until it is answered, or its key turns out to be held elsewhere (`waiting`). */
export async function runSolo(
  member: Member,
  knowledge: SoloKnowledge,
  context: EngineContext,
): Promise<'answered' | 'waiting'> {
  const orderedKeys = new Set<string>()
  member.facts.spent('queue')
  const deadline = context.clock.now() + context.patienceMs
  let guardsAll = false
  for (let attempt = 1; ; attempt++) {
    let failure: unknown
    try {
      const turn = await soloTurn(member, knowledge, orderedKeys, guardsAll, context)
      if (turn === 'done') return 'answered'
      if (turn === 'wait') return 'waiting'
    } catch (error) {
      if (!context.store.isRetryable(error)) {
        member.fail(error instanceof KeelsonError ? error : new KeelsonError('internal', { cause: error }))
        return 'answered'
      }
      failure = error
      // It may have met others unguarded, in an order of its own: the next run lets nobody else write meanwhile.
      guardsAll = !knowledge.isProven(member.invocation.name)
      context.count('retries')
    }
    if (attempt >= TRIES_MAX || context.clock.now() >= deadline) {
      member.fail(new KeelsonError('database_unavailable', { cause: failure }))
      return 'answered'
    }
    if (failure !== undefined) await pause(context.scheduler, backoffMs(attempt, context.random))
  }
}

async function soloTurn(
  member: Member,
  knowledge: SoloKnowledge,
  orderedKeys: Set<string>,
  guardsAll: boolean,
  context: EngineContext,
): Promise<Turn> {
  const { name, claim } = member.invocation
  const groupId = context.newId()
  const beganMs = context.clock.now()
  const guards = new Map(guardsFor(name, knowledge, guardsAll, context))
  const sorted = [...guards.keys()].sort((left, right) => left - right)
  const session = await context.store.solo!({
    groupId,
    claim,
    orderedKeys: [...orderedKeys].sort(),
    guards: sorted,
    visits: sorted.filter((id) => guards.get(id)),
    externals: [...context.tables.values()]
      .filter(({ id, external }) => external && guards.has(id))
      .sort((left, right) => left.id - right.id),
    learning: !guardsAll && !knowledge.isProven(name),
  })
  try {
    if (session.stored && claim) {
      await session.rollback()
      member.answer(claim.recall(session.stored))
      return 'done'
    }
    if (!session.claimed) {
      await session.rollback()
      return 'wait'
    }
    const outcome = await run(member, session, context)
    const touched = await session.touched()
    if (!outcome.ok) await session.undo()
    knowledge.learn(name, touched)
    // What another run of this command has taught meanwhile is not guarded by this one.
    const complete = [...touched].every(([id, locksRows]) => guards.has(id) && (!locksRows || guards.get(id)))
    knowledge.prove(name, complete)
    const missing = [...member.attempt.orderedKeys].filter((key) => !orderedKeys.has(key))
    if (!complete || missing.length > 0) {
      for (const key of missing) orderedKeys.add(key)
      await session.rollback()
      return 'again'
    }
    return await finish({ groupId, beganMs }, member, outcome, session, context)
  } catch (error) {
    await session.rollback()
    throw error
  }
}

function guardsFor(
  name: string,
  knowledge: SoloKnowledge,
  guardsAll: boolean,
  { tables }: EngineContext,
): Touched {
  const known = knowledge.guards(name)
  if (!guardsAll) return known
  return new Map([...known.keys(), ...[...tables.values()].map(({ id }) => id)].map((id) => [id, true]))
}

/** The handler's outcome, its writes sent; an error that the database itself may lift is thrown. */
async function run(member: Member, session: SoloSession, context: EngineContext): Promise<Outcome<unknown>> {
  const work = new SoloWork(session)
  const attempt = await member.run(context.tables, context.Transaction, NO_SOURCE, work)
  let outcome: Outcome<unknown> = attempt.outcome ?? { ok: false, error: new KeelsonError('internal') }
  try {
    await work.end(attempt, outcome.ok)
  } catch (error) {
    outcome = { ok: false, error }
  }
  if (outcome.ok) return outcome
  if (context.store.isRetryable(outcome.error) && !(outcome.error instanceof KeelsonError))
    throw outcome.error
  const violation = context.store.violationOf(outcome.error)
  return violation ? { ok: false, error: errorOfViolation(violation, context.tables) } : outcome
}

async function finish(
  { groupId, beganMs }: { groupId: string; beganMs: number },
  member: Member,
  given: Outcome<unknown>,
  session: SoloSession,
  context: EngineContext,
): Promise<Turn> {
  let outcome = given
  let answer: unknown
  try {
    answer = member.invocation.answer(outcome)
  } catch (error) {
    await session.undo()
    outcome = {
      ok: false,
      error: error instanceof KeelsonError ? error : new KeelsonError('internal', { cause: error }),
    }
    answer = member.invocation.answer(outcome)
  }
  const accepted = [{ member, outcome, answer }]
  const result = await session.commit(planEffects(accepted))
  member.facts.spent('solo')
  switch (result.kind) {
    case 'committed':
      context.probe?.committed?.(groupId, accepted)
      member.answer(answer)
      tellEffects(accepted, context)
      return 'done'
    case 'lost': {
      const fate = await resolveFate({ groupId, beganMs, backend: result.backend }, context)
      if (fate === 'never') return 'again'
      if (fate === 'committed') {
        context.probe?.committed?.(groupId, accepted)
        member.answer(answer)
        tellEffects(accepted, context)
      } else member.fail(outcomeUnknown(member, result.error))
      return 'done'
    }
    case 'violation':
      // A deferred constraint: nothing was committed, so nothing is remembered.
      member.answer(
        member.invocation.answer({ ok: false, error: errorOfViolation(result.violation, context.tables) }),
      )
      return 'done'
    case 'retry':
      throw result.error
    case 'clash':
      return 'again'
  }
}
