/** `event`: a fact that commands record in their commit and that subscribers follow. */
import type { AnySchema, Value } from '../schema/any-schema.js'

declare const payloadType: unique symbol

/** `P` is the payload as commands give it to `tx.emit` and as subscribers get it; `N` the name. */
export interface Event<P = unknown, N extends string = string> {
  readonly kind: 'event'
  readonly name: N
  readonly version: number
  readonly definition: ErasedEvent
  readonly [payloadType]?: P
}

/** From the payload of one version to that of the next. */
export type Upcasters = Readonly<Record<number, (payload: never) => unknown>>

interface ErasedEvent {
  readonly key: (payload: never) => string | number | bigint
  readonly payload: AnySchema<unknown, unknown>
  readonly upcast: Upcasters
}

export interface EventDefinition<S extends AnySchema<unknown, unknown>> {
  /** Counted up when the payload changes in a way that readers must know of. From 1. */
  readonly version: number
  /** Events with equal keys are seen by every subscriber in the order of their commits. */
  readonly key: (payload: Value<S>) => string | number | bigint
  readonly payload: S
  /**
   * For events that were stored in earlier versions: `{ 1: (old: …) => … }` makes the JSON of version 2 from that of
   * version 1, and so on up to `version`. An event without a way to the current version is parked, never dropped.
   */
  readonly upcast?: Upcasters
}

/** Declares an event. `name` is stable and in the past tense, such as `order.placed`. */
export function event<const N extends string, S extends AnySchema<unknown, unknown>>(
  name: N,
  definition: EventDefinition<S>,
): Event<Value<S>, N> {
  const { version, key, payload, upcast = {} } = definition
  return Object.freeze({
    kind: 'event',
    name,
    version,
    definition: Object.freeze({ key, payload, upcast: Object.freeze({ ...upcast }) }),
  })
}

/** The payload of an event. */
export type PayloadOf<E> = E extends Event<infer P> ? P : never
