/** The tables of the page: workloads, latency, faults, switches. */
import type { Percentiles } from '../latencies.js'
import { faultOutcomes, switchOutcomes, type FaultOutcome, type SwitchOutcome } from '../outcomes.js'
import type { Report } from '../report.js'
import { html, type Markup } from './escape.js'

export function workloadTable({ workloads, findings }: Report): Markup {
  const rows = workloads.map(({ name, ok, refused, unknown, latency }) => {
    const against = findings.filter((finding) => finding.workload === name).length
    return html`<tr>
      <td class="name">${name}</td>
      ${numbers([ok, refused, unknown])}${percentileCells(latency)}
      <td class="mark ${against === 0 ? 'good' : 'bad'}">${against === 0 ? 'holds' : `${against} found`}</td>
    </tr>`
  })
  return table(['workload', '#answered', '#refused', '#unknown', ...PERCENTILES, 'check'], rows)
}

export function latencyTable({ latency }: Report): Markup {
  const row = (name: string, percentiles: Percentiles): Markup =>
    html`<tr>
      <td class="name">${name}</td>
      ${numbers([percentiles.count])}${percentileCells(percentiles)}
    </tr>`
  return table(
    ['requests', '#count', ...PERCENTILES],
    [
      row('without faults', latency.withoutFaults),
      row('during faults', latency.duringFaults),
      row('all', latency.overall),
    ],
  )
}

export function faultTable(report: Report): Markup {
  const rows = faultOutcomes(report).map((fault) => {
    const { name, times, seconds, unavailable, what } = fault
    return html`<tr>
      <td class="name">${name}</td>
      ${numbers([times])}
      <td class="number">${times === 0 ? '–' : seconds.toFixed(1)}</td>
      <td class="mark ${FAULT_MARKS[fault.state]}">${faultWords(fault)}</td>
      <td class="what">${unavailable ?? what}</td>
    </tr>`
  })
  return table(['fault', '#times', '#seconds each', 'result', 'what'], rows)
}

const FAULT_MARKS = { passed: 'good', failed: 'bad', unavailable: 'warn', open: 'warn' } as const

function faultWords({ state, findings, errors }: FaultOutcome): string {
  if (state === 'unavailable') return 'not possible here'
  if (state === 'open') return 'not reached'
  if (state === 'passed') return 'withstood'
  return [findings > 0 ? `${findings} found` : '', errors > 0 ? `${errors} errors` : '']
    .filter((part) => part !== '')
    .join(', ')
}

export function switchTable(report: Report): Markup {
  const rows = switchOutcomes(report).map(
    (broken) =>
      html`<tr>
        <td class="name">${broken.name}</td>
        <td class="mark ${broken.caught === broken.runs ? 'good' : 'bad'}">${caughtWords(broken)}</td>
        <td class="number">${broken.slowestSeconds.toFixed(1)}</td>
        <td class="name">${broken.found.join(', ') || '–'}</td>
        <td class="what">${broken.what}${example(broken)}</td>
      </tr>`,
  )
  return table(['turned off', 'result', '#slowest, s', 'found', 'what'], rows)
}

const caughtWords = ({ caught, runs, missedSeeds, expects }: SwitchOutcome): string => {
  const count = runs === 1 ? '' : ` ${caught} of ${runs}`
  if (caught === runs) return `caught${count}`
  return `NOT caught${count}: seed ${missedSeeds.join(', ')}; expected ${expects.join(' or ')}`
}

const example = ({ example }: SwitchOutcome): Markup | undefined =>
  example &&
  html`<details>
    <summary>${example.anomaly} in ${example.workload}</summary>
    ${example.message}
    <pre>${example.evidence.join('\n')}</pre>
  </details>`

const PERCENTILES = ['#p50 ms', '#p90', '#p99', '#p99.9', '#max']

const percentileCells = ({ p50Ms, p90Ms, p99Ms, p999Ms, maxMs }: Percentiles): Markup[] =>
  [p50Ms, p90Ms, p99Ms, p999Ms, maxMs].map((value) => html`<td class="number">${milliseconds(value)}</td>`)

/** As exact as it was measured. */
export const milliseconds = (value: number | null): string =>
  value === null ? '–' : Number(value.toPrecision(3)).toLocaleString('en')

const numbers = (values: readonly number[]): Markup[] =>
  values.map((value) => html`<td class="number">${value.toLocaleString('en')}</td>`)

/** A head that begins with # stands over numbers. */
const table = (heads: readonly string[], rows: readonly Markup[]): Markup =>
  html`<div class="card scroll">
    <table>
      <tr>
        ${heads.map((head) => (head.startsWith('#') ? html`<th class="number">${head.slice(1)}</th>` : html`<th>${head}</th>`))}
      </tr>
      ${rows}
    </table>
  </div>`
