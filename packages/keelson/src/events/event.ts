/** `event`: a fact that commands record in their commit and that others may follow. */
import type { AnySchema, Value } from '../schema/any-schema.js'

declare const payloadType: unique symbol

/** `P` is the payload as commands give it to `tx.emit`. */
export interface Event<P = unknown> {
  readonly kind: 'event'
  readonly name: string
  readonly version: number
  readonly definition: ErasedEvent
  readonly [payloadType]?: P
}

interface ErasedEvent {
  readonly key: (payload: never) => string | number | bigint
  readonly payload: AnySchema<unknown, unknown>
}

export interface EventDefinition<S extends AnySchema<unknown, unknown>> {
  /** Counted up when the payload changes in a way that readers must know of. From 1. */
  readonly version: number
  /** Events with equal keys are seen by every subscriber in the order of their commits. */
  readonly key: (payload: Value<S>) => string | number | bigint
  readonly payload: S
}

/** Declares an event. `name` is stable and in the past tense, such as `order.placed`. */
export function event<S extends AnySchema<unknown, unknown>>(
  name: string,
  definition: EventDefinition<S>,
): Event<Value<S>> {
  const { version, key, payload } = definition
  return Object.freeze({ kind: 'event', name, version, definition: Object.freeze({ key, payload }) })
}
