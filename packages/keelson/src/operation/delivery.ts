/** Handles events by way of the engine: a subscriber's handler runs as a command does, in groups with all others. */
import type { EffectRow } from '../engine/port.js'
import type { Event } from '../events/event.js'
import type { StoredEvent } from '../events/feed.js'
import { MARKS } from '../events/marks.js'
import { payloadOf } from '../events/stored-payload.js'
import type { MarkedEvent } from '../events/subscription.js'
import { traceFields } from '../telemetry/trace-fields.js'
import type { ProcessSpan, Tracing } from '../telemetry/tracing.js'
import type { Actor } from './actor.js'
import { anyone } from './access.js'
import type { CommandTransaction } from './command-transaction.js'
import { erased } from './command.js'
import { compile, type CompiledOperation } from './compiled.js'
import type { CommandContext } from './context.js'
import type { ErrorDeclarations } from './declared-errors.js'
import { traceDelivery } from './delivery-spans.js'
import { CommandInvocation, type InvocationParts } from './invocation.js'
import { LocalCall } from './local-call.js'
import type { Executor } from './pipeline.js'
import type { Subscriber, SubscriberContext } from './subscriber.js'

export interface DeliveryParts extends InvocationParts {
  readonly engine: Executor
  /** Undefined: no spans are made. */
  readonly tracing?: Tracing | undefined
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

  /** All of them in one commit, in their order. Rejects with what a handler threw, or with why it could not be committed. */
  handle(events: readonly MarkedEvent[]): Promise<void> {
    const { tracing } = this.#parts
    if (tracing === undefined) return this.#handle(events)
    return traceDelivery(tracing, this.#subscriber.name, events, (each, spans) => this.#handle(each, spans))
  }

  #handle(events: readonly MarkedEvent[], spans?: readonly ProcessSpan[]): Promise<void> {
    const { on } = this.#subscriber.definition
    return this.#execute(
      this.#handling,
      `event ${events[0]!.event.id}`,
      () => Promise.all(events.map(({ event }) => payloadOf(event, on))),
      async (context, payloads) => {
        for (const [at, { event, mark }] of events.entries()) {
          recordOn(context, mark)
          await this.#run(context, event, payloads[at], spans?.[at])
        }
      },
    )
  }

  /** What the handler emits and enqueues goes on with the event's trace. */
  #run(context: Context, event: StoredEvent, payload: unknown, span: ProcessSpan | undefined): Promise<void> {
    const { name, definition } = this.#subscriber
    const tx = context.tx as CommandTransaction
    tx.goOnWith(span?.traceparent ?? event.traceparent ?? undefined)
    const given = this.#given(context, event, payload) as never
    const work = span === undefined ? definition.run(given) : span.within(() => definition.run(given))
    return within(TIMEOUT_MS, name, work)
  }

  /** What a handler is given: of the command's context, and its event. */
  #given(
    context: Context,
    event: StoredEvent,
    payload: unknown,
  ): Record<keyof SubscriberContext<Event>, unknown> {
    const { id, name, key, occurredAt, traceparent } = event
    const { log } = this.#parts
    const { name: subscriber } = this.#subscriber
    return {
      event: { id, name, key, payload, occurredAt: new Date(occurredAt) },
      tx: context.tx,
      id: context.id,
      services: context.services,
      get now() {
        return context.now
      },
      get log() {
        const which = { subscriber, event: name, eventId: id, eventKey: key }
        return log.child({ ...which, ...traceFields(traceparent) })
      },
    }
  }

  reset(mark: EffectRow): Promise<void> {
    const { reset } = this.#subscriber.definition
    return this.#execute(
      this.#resetting,
      'reset',
      () => Promise.resolve([]),
      async (context) => {
        recordOn(context, mark)
        await reset!({ tx: context.tx })
      },
    )
  }

  /** `read` is asked anew for every run: a handler may have changed what it was given. */
  async #execute(
    operation: CompiledOperation,
    callId: string,
    read: () => Promise<readonly unknown[]>,
    run: (context: Context, payloads: readonly unknown[]) => Promise<void>,
  ): Promise<void> {
    const call = new LocalCall({ id: callId, actor: this.#actor, idempotencyKey: undefined })
    const running: CompiledOperation = {
      ...operation,
      parse: async () => ({ ok: true, value: await read() }),
      run: (context: Context) => run(context, context.input as readonly unknown[]),
    }
    const { engine } = this.#parts
    const answer = await engine.execute(
      new CommandInvocation(running, call, undefined, await read(), this.#parts),
    )
    if (answer.status >= 400) throw answer.error ?? new Error(`${operation.name} failed.`)
  }
}

const recordOn = ({ tx }: Context, mark: EffectRow): void => (tx as CommandTransaction).record(MARKS, mark)

/** A handler that never ends would hold up all others. */
export const TIMEOUT_MS = 30_000

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
