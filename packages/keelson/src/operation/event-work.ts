/** What the application's events need done in the background: positions, partitions, subscribers. */
import { Mover } from '../events/mover.js'
import { EventPartitions } from '../events/partitions.js'
import { Subscription } from '../events/subscription.js'
import type { Background } from '../work/background.js'
import { Led } from '../work/led.js'
import { Delivery, type DeliveryParts } from './delivery.js'
import type { Subscriber } from './subscriber.js'

export interface EventWorkOptions extends DeliveryParts {
  readonly subscribers: readonly Subscriber[]
  /** How long events are kept at least, in seconds. */
  readonly keepSeconds: number
}

/** Notes it all; it begins when background work does. */
export function addEventWork(background: Background, options: EventWorkOptions): void {
  const { subscribers, keepSeconds, ...parts } = options
  const { connections, leases, scheduler, random, wakeUps } = background
  const { leaseMs } = leases
  const led = [
    new Mover({ connections, wakeUps, scheduler, leaseMs }),
    new EventPartitions({ connections, keepSeconds }),
    ...subscribers.map((subscriber) => {
      const { on, from, attemptsMax, reset } = subscriber.definition
      const delivery = new Delivery(subscriber, parts)
      return new Subscription({
        subscriber: subscriber.name,
        names: on.map(({ name }) => name),
        fromNow: from === 'now',
        attemptsMax,
        handle: (events) => delivery.handle(events),
        reset: reset === undefined ? undefined : (mark) => delivery.reset(mark),
        connections,
        random,
        log: parts.log,
      })
    }),
  ]
  for (const work of led) background.add(new Led(work, leases))
}
