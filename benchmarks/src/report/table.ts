/** Tables of records and verdicts: as columns for a terminal, or in Markdown. Both have the same cells. */
import type { RaceRecord } from './record.js'
import type { Verdict } from './verdict.js'

export type Table = readonly (readonly string[])[]

export function recordTable(records: readonly RaceRecord[]): Table {
  const head = [
    'work',
    'connections',
    'contender',
    'req/s',
    'min–max',
    '÷ fastify-pg',
    'p50 ms',
    'p99 ms',
    'p99.9 ms',
  ]
  return [
    [...head, 'errors', 'CPU s: client', 'app', 'database'],
    ...records.map((record) => [
      record.work,
      String(record.connections),
      record.contender,
      whole(record.requestsPerSecond),
      `${whole(record.requestsPerSecondMin)}–${whole(record.requestsPerSecondMax)}`,
      record.ratioToFastifyPg === null ? '–' : record.ratioToFastifyPg.toFixed(2),
      milliseconds(record.p50Ms),
      milliseconds(record.p99Ms),
      milliseconds(record.p999Ms),
      String(record.errors),
      seconds(record.cpuSeconds.client),
      seconds(record.cpuSeconds.app),
      seconds(record.cpuSeconds.database),
    ]),
  ]
}

export function verdictTable(verdicts: readonly Verdict[]): Table {
  return [
    ['work', 'connections', 'target', 'reached', 'holds'],
    ...verdicts.map(({ target, wanted, reached, holds }) => [
      target.work,
      String(target.connections),
      wanted,
      `${reached.toFixed(2)}×`,
      holds ? 'yes' : 'NO',
    ]),
  ]
}

export function inColumns(table: Table): string {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)))
  return table
    .map((row) =>
      row
        .map((cell, column) =>
          isNumeric(cell) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function inMarkdown(table: Table): string {
  const [head, ...rows] = table
  return [line(head!), line(head!.map(() => '---')), ...rows.map(line)].join('\n')
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const isNumeric = (cell: string): boolean => /^[\d.,–×]+$/.test(cell)

export const whole = (value: number): string => Math.round(value).toLocaleString('en')

/** Three digits are as much as repeats from run to run. */
export const milliseconds = (value: number | null): string =>
  value === null ? '–' : value.toFixed(value < 1 ? 3 : value < 10 ? 2 : value < 100 ? 1 : 0)

const seconds = (value: number | null): string => (value === null ? '–' : value.toFixed(1))
