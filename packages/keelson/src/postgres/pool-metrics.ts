/** The connections to the database, as OpenTelemetry names them (`db.client.connection.*`). */
import type { Metrics } from '../telemetry/metrics.js'
import type { Connections } from './connections.js'

const POOL = 'db_client_connection_pool_name'
const STATE = 'db_client_connection_state'

export function measurePools(metrics: Metrics, pools: Readonly<Record<string, Connections>>): void {
  const all = Object.entries(pools)
  metrics.gauge(
    { name: 'db_client_connection_count', help: 'Connections that are open.', labels: [POOL, STATE] },
    (gauge) => {
      for (const [name, { usage }] of all) {
        gauge.set({ [POOL]: name, [STATE]: 'idle' }, usage.idle)
        gauge.set({ [POOL]: name, [STATE]: 'used' }, usage.open - usage.idle)
      }
    },
  )
  metrics.gauge(
    { name: 'db_client_connection_max', help: 'Most connections that may be open.', labels: [POOL] },
    (gauge) => {
      for (const [name, { max }] of all) gauge.set({ [POOL]: name }, max)
    },
  )
  metrics.gauge(
    {
      name: 'db_client_connection_pending_requests',
      help: 'Borrowers that wait for a connection.',
      labels: [POOL],
    },
    (gauge) => {
      for (const [name, { usage }] of all) gauge.set({ [POOL]: name }, usage.waiting)
    },
  )
}
