/**
 * An application's own way to tell callers, held to its word: what it gives must be a caller, and it has a time limit. It
 * fails closed: nobody is let in because something went wrong.
 */
import { KeelsonError } from '../errors.js'
import type { Scheduler } from '../internal/clock.js'
import type { Actor } from '../operation/actor.js'
import type { Authenticate } from './authenticator.js'

export interface OwnSchemeOptions {
  /** Milliseconds. */
  readonly timeoutMs: number
  readonly scheduler: Scheduler
}

/**
 * As `authenticate`; rejects with `authentication_unavailable` where it takes longer than `timeoutMs`, and with
 * `invalid_use` where what it gives is neither a caller nor null. Other errors come as they were thrown.
 */
export function ownScheme(
  authenticate: Authenticate,
  { timeoutMs, scheduler }: OwnSchemeOptions,
): Authenticate {
  return (request) => {
    const given = authenticate(request)
    if (!(given instanceof Promise)) return checked(given)
    return new Promise((resolve, reject) => {
      const callOff = scheduler.after(timeoutMs, () =>
        reject(
          new KeelsonError('authentication_unavailable', {
            cause: new Error(`\`authenticate\` did not end within ${timeoutMs} ms.`),
          }),
        ),
      )
      given.then(checked).then(resolve, reject).finally(callOff)
    })
  }
}

/** An application without types may give anything. An empty id would make its caller one with the anonymous. */
function checked(given: Actor | null): Actor | null {
  if (given === null) return null
  const { id, scopes } = (given ?? {}) as Partial<Actor>
  if (typeof id === 'string' && id !== '' && Array.isArray(scopes)) return given
  throw new KeelsonError('invalid_use', {
    message:
      '`authenticate` gave neither null nor a caller: a caller is { id, scopes }, its id a text that is not empty.',
  })
}
