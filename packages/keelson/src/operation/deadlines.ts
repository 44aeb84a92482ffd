/**
 * Time limits of requests without a timer each: calls of one limit end in the order in which they began, so that a
 * list and one coarse tick are enough. Entering and leaving cost a few assignments. A limit may be exceeded by up to a
 * tick.
 */

/** A call in a list of deadlines. */
export class Deadline {
  /** Links of the list that holds the call; undefined while none does. */
  previous: Deadline | undefined
  next: Deadline | undefined
  endsAtMs = 0
  #controller: AbortController | undefined
  #reason: unknown

  /** Made when first asked for. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      if (this.#reason !== undefined) this.#controller.abort(this.#reason)
    }
    return this.#controller.signal
  }

  abort(reason: unknown): void {
    this.#reason ??= reason
    this.#controller?.abort(reason)
  }

  /** The time is over; called at most once. */
  onExpired(): void {}
}

/** All calls of one limit that are running. */
export class Deadlines {
  readonly #limitMs: number
  /** Neighbour of both ends, so that no link of a held call is undefined. */
  readonly #ring = new Deadline()

  constructor(limitMs: number) {
    this.#limitMs = limitMs
    this.#ring.previous = this.#ring
    this.#ring.next = this.#ring
  }

  enter(call: Deadline, nowMs: number): void {
    const last = this.#ring.previous!
    call.endsAtMs = nowMs + this.#limitMs
    call.previous = last
    call.next = this.#ring
    last.next = call
    this.#ring.previous = call
  }

  leave(call: Deadline): void {
    if (call.next === undefined) return
    call.previous!.next = call.next
    call.next.previous = call.previous
    call.next = undefined
    call.previous = undefined
  }

  /** Ends every call whose time is over. */
  expire(nowMs: number): void {
    for (
      let first = this.#ring.next!;
      first !== this.#ring && first.endsAtMs <= nowMs;
      first = this.#ring.next!
    ) {
      this.leave(first)
      first.onExpired()
    }
  }
}
