/** How far subscribers are behind; asked for when somebody looks. */
import type { Connections } from '../postgres/connections.js'
import type { Metrics } from '../telemetry/metrics.js'
import { readLag } from './lag.js'

const SUBSCRIBER = 'keelson_subscriber'

export function measureEvents(metrics: Metrics, connections: Connections): void {
  const of = (name: string, help: string) => metrics.gauge({ name, help, labels: [SUBSCRIBER] })
  const unpositioned = metrics.gauge({
    name: 'keelson_outbox_unpositioned_events',
    help: 'Events that are committed and have no position yet.',
  })
  const seconds = of(
    'keelson_outbox_lag_seconds',
    'Age of the oldest event that a subscriber has not passed.',
  )
  const behind = of('keelson_outbox_lag_events', 'Positions that a subscriber has still to pass.')
  const parked = of('keelson_parked_keys', 'Keys of events that wait for somebody.')
  metrics.sample(async () => {
    const lag = await readLag(connections)
    unpositioned.set(lag.unpositioned)
    for (const gauge of [seconds, behind, parked]) gauge.reset()
    for (const subscriber of lag.subscribers) {
      const label = { [SUBSCRIBER]: subscriber.name }
      seconds.set(label, subscriber.seconds)
      behind.set(label, subscriber.behind)
      parked.set(label, subscriber.parked)
    }
  })
}
