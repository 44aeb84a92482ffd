/** Handles events by way of the engine: a subscriber's handler runs as a command does, in groups with all others. */
import type { EffectRow } from '../engine/port.js'
import type { StoredEvent } from '../events/feed.js'
import { MARKS } from '../events/marks.js'
import { payloadOf } from '../events/stored-payload.js'
import type { Actor } from './actor.js'
import { anyone } from './access.js'
import type { CommandTransaction } from './command-transaction.js'
import { erased } from './command.js'
import { compile, type CompiledOperation } from './compiled.js'
import type { CommandContext } from './context.js'
import type { ErrorDeclarations } from './declared-errors.js'
import { CommandInvocation, type InvocationParts } from './invocation.js'
import { LocalCall } from './local-call.js'
import type { Executor } from './pipeline.js'
import type { Subscriber } from './subscriber.js'

export interface DeliveryParts extends InvocationParts {
  readonly engine: Executor
}

/** What a run is given beside the handler's own: what to record with its effects. */
interface Work {
  readonly stored: StoredEvent | undefined
  readonly mark: EffectRow
}

type Context = CommandContext<unknown, Actor, ErrorDeclarations>

export class Delivery {
  readonly #subscriber: Subscriber
  readonly #parts: DeliveryParts
  readonly #actor: Actor
  readonly #handling: CompiledOperation
  readonly #resetting: CompiledOperation

  constructor(subscriber: Subscriber, parts: DeliveryParts) {
    this.#subscriber = subscriber
    this.#parts = parts
    this.#handling = operationNamed(`subscriber ${subscriber.name}`)
    this.#resetting = operationNamed(`reset of subscriber ${subscriber.name}`)
    // The application's own code: what it calls by `tx.call` it may call.
    this.#actor = Object.freeze({ id: `subscriber:${subscriber.name}`, scopes: Object.freeze(['*']) })
  }

  /** Rejects with what the handler threw, or with why it could not be committed. */
  async handle(stored: StoredEvent, mark: EffectRow): Promise<void> {
    const { id, name, key, occurredAt } = stored
    await this.#execute({ stored, mark }, `event ${id}`, (context, payload) =>
      this.#subscriber.definition.run({
        event: { id, name, key, payload, occurredAt: new Date(occurredAt) },
        tx: context.tx,
        id: context.id,
        services: context.services,
        get now() {
          return context.now
        },
        get log() {
          return context.log
        },
      } as never),
    )
  }

  async reset(mark: EffectRow): Promise<void> {
    const { reset } = this.#subscriber.definition
    await this.#execute({ stored: undefined, mark }, 'reset', ({ tx }) => reset!({ tx }))
  }

  async #execute(
    { stored, mark }: Work,
    callId: string,
    run: (context: Context, payload: unknown) => unknown,
  ): Promise<void> {
    const { name, definition } = this.#subscriber
    // Parsed anew for every run: a handler may have changed what it was given.
    const read = async (): Promise<{ readonly ok: true; readonly value: unknown }> => ({
      ok: true,
      value: stored === undefined ? undefined : await payloadOf(stored, definition.on),
    })
    const operation: CompiledOperation = {
      ...(stored === undefined ? this.#resetting : this.#handling),
      parse: read,
      run: async (context: Context) => {
        ;(context.tx as CommandTransaction).record(MARKS, mark)
        await within(TIMEOUT_MS, name, run(context, context.input))
      },
    }
    const call = new LocalCall({ id: callId, actor: this.#actor, idempotencyKey: undefined })
    const { value } = await read()
    const { engine } = this.#parts
    const answer = await engine.execute(new CommandInvocation(operation, call, stored, value, this.#parts))
    if (answer.status >= 400) throw answer.error ?? new Error(`The handler of ${name} failed.`)
  }
}

/** A handler that never ends would hold up all others. */
const TIMEOUT_MS = 30_000

async function within(limitMs: number, name: string, work: unknown): Promise<void> {
  if (!(work instanceof Promise)) return
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The subscriber ${name} took longer than ${limitMs} ms.`)),
      limitMs,
    )
    timer.unref()
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** As the pipeline knows operations: a command that nobody can call, and that answers nothing. */
function operationNamed(name: string): CompiledOperation {
  const problems: string[] = []
  const definition = erased({ allow: anyone, run: () => undefined }, [])
  const compiled = compile({ kind: 'command', name, definition }, '', problems)
  if (compiled === undefined) throw new Error(problems.join(' '))
  return compiled
}
