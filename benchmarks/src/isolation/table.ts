/** The records and verdicts of isolation as cells. */
import type { Table } from '../report/table.js'
import { milliseconds, whole } from '../report/table.js'
import type { IsolationRecord, IsolationVerdict } from './record.js'

export const isolationTable = (records: readonly IsolationRecord[]): Table => [
  [
    'work',
    'service',
    'processes',
    'connections',
    'req/s',
    'min–max',
    'p50 ms',
    'p99 ms',
    'failures',
    'deadlocks',
  ],
  ...records.map((record) => [
    record.work,
    record.service,
    String(record.processes),
    String(record.connections),
    whole(record.requestsPerSecond),
    `${whole(record.requestsPerSecondMin)}–${whole(record.requestsPerSecondMax)}`,
    milliseconds(record.p50Ms),
    milliseconds(record.p99Ms),
    String(record.failures),
    String(record.deadlocks),
  ]),
]

export const isolationVerdictTable = (verdicts: readonly IsolationVerdict[]): Table => [
  ['target', 'reached', 'holds'],
  ...verdicts.map(({ target, reached, holds }) => [target, reached, holds ? 'yes' : 'NO']),
]
