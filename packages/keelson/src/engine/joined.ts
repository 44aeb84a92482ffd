/**
 * A command inside of a transaction that other code has begun. It runs as solo commands do, behind a savepoint, and is
 * answered when its effects are written: they exist when the owner commits, and are gone when it rolls back.
 */
import { pause } from '../internal/clock.js'
import { backoffMs } from '../internal/random.js'
import type { EngineContext } from './context.js'
import type { Member } from './member.js'
import type { Store } from './port.js'
import { runSolo, SoloKnowledge } from './solo.js'

/** What each client is doing for us: one thing after the other, since savepoints stand in each other. */
const turns = new WeakMap<object, Promise<void>>()

/** Runs the member until it is answered. `known`: what solo commands have taught, from which this one learns. */
export function runJoined(
  member: Member,
  client: object,
  known: SoloKnowledge,
  context: EngineContext,
  claimWaitMs: number,
): Promise<void> {
  const before = turns.get(client) ?? Promise.resolve()
  const turn = before.then(() => run(member, client, known, context, claimWaitMs))
  turns.set(
    client,
    turn.catch(() => undefined),
  )
  return turn
}

async function run(
  member: Member,
  client: object,
  known: SoloKnowledge,
  context: EngineContext,
  claimWaitMs: number,
): Promise<void> {
  const { name, claim } = member.invocation
  member.facts.soloReason = 'it joins a transaction of other code'
  const joined = { ...context, store: joining(context.store, client), onEffects: undefined }
  // Of its own: the locks of the owner's statements look like its.
  const knowledge = new SoloKnowledge()
  knowledge.learn(name, known.guards(name))
  for (let tries = 1; (await runSolo(member, knowledge, joined)) === 'waiting'; tries++) {
    if (context.clock.now() - member.nowMs >= claimWaitMs) member.answer(claim!.busy())
    if (member.settled) return
    await pause(context.scheduler, backoffMs(tries, context.random, 5, 200))
  }
}

/** The store with `client`'s transaction for solo commands. */
const joining = (store: Store, client: object): Store => ({
  solo: (plan) => store.join!(client, plan),
  readRows: (table, keys) => store.readRows(table, keys),
  readShape: (shape, parameters) => store.readShape(shape, parameters),
  lock: (plan) => store.lock(plan),
  resolve: (groupId, backend) => store.resolve(groupId, backend),
  isRetryable: (error) => store.isRetryable(error),
  violationOf: (error) => store.violationOf(error),
})
