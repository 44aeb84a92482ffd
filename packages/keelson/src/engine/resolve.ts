/**
 * Step 6: the fate of a group whose connection died with COMMIT under way. Its marker is inserted anew: where it
 * already stands the group was committed; where it can be inserted the old transaction can never commit any more.
 */
import { backoffMs } from '../internal/random.js'
import { pause } from '../internal/clock.js'
import type { EngineContext } from './context.js'

/** `unknown` after `patienceMs` without reaching the primary. */
export async function resolveFate(
  groupId: string,
  context: EngineContext,
): Promise<'committed' | 'never' | 'unknown'> {
  const deadline = context.clock.now() + context.patienceMs
  for (let attempt = 1; ; attempt++) {
    try {
      const fate = await context.store.resolve(groupId)
      context.count('resolved')
      return fate
    } catch {
      // Whatever the reason, only the primary can tell; ask again until there is no more time.
      if (context.clock.now() >= deadline) return 'unknown'
      await pause(context.scheduler, backoffMs(attempt, context.random))
    }
  }
}
