/**
 * Step 6: the fate of a group whose connection died with COMMIT under way. Its marker is inserted anew: where it
 * already stands the group was committed; where it can be inserted the old transaction can never commit any more, since
 * its own marker would be the second. While the old transaction is still open with its marker in place, the insert waits
 * for it: its backend is ended first, and where that cannot be, the server's time limit for idle transactions ends it.
 */
import { KeelsonError } from '../errors.js'
import { backoffMs } from '../internal/random.js'
import { pause } from '../internal/clock.js'
import type { Backend } from '../postgres/connection.js'
import type { EngineContext } from './context.js'
import type { Member } from './member.js'

/**
 * How long a marker can be missed for no other reason than that it was never there, in milliseconds: half of the time
 * that markers are kept. Whoever slept longer than that cannot conclude from its absence any more.
 */
const MARKER_MS = 1_800_000

/**
 * A lost COMMIT. `unknown`: the primary could not be asked for `resolveMs`, or so much time has passed since the group
 * began that its marker may have been removed.
 */
export async function resolveFate(
  { groupId, beganMs, backend }: { groupId: string; beganMs: number; backend?: Backend | undefined },
  context: EngineContext,
): Promise<'committed' | 'never' | 'unknown'> {
  const deadline = context.clock.now() + context.resolveMs
  for (let attempt = 1; ; attempt++) {
    try {
      const fate = await context.store.resolve(groupId, backend)
      context.count('resolved')
      return fate === 'never' && context.clock.now() - beganMs > MARKER_MS ? 'unknown' : fate
    } catch {
      // Whatever the reason, only the primary can tell; ask again until there is no more time.
      if (context.clock.now() >= deadline) return 'unknown'
      await pause(context.scheduler, backoffMs(attempt, context.random))
    }
  }
}

/** Nobody can tell; with a once-only key the client can find out by asking again. */
export function outcomeUnknown({ invocation }: Member, cause: unknown): KeelsonError {
  const advice =
    invocation.claim === undefined
      ? 'It had no Idempotency-Key, so that sending it again may do it twice: look first whether it took effect, and send a key with each command from now on.'
      : 'Send the same request again with the same Idempotency-Key: it takes effect once, and gets the answer of the first if that one did.'
  return new KeelsonError('outcome_unknown', {
    message: `The database could not be asked whether the request was committed. ${advice}`,
    cause,
  })
}
