/** The report as one page that needs nothing else: no script, no file beside it, nothing from elsewhere. */
import { clockTime } from '../progress.js'
import type { FindingRecord, Report } from '../report.js'
import { verdictWords } from '../summary.js'
import { chart } from './chart.js'
import { html, type Markup } from './escape.js'
import { STYLE } from './style.js'
import { faultTable, latencyTable, milliseconds, switchTable, workloadTable } from './tables.js'

export function page(report: Report): string {
  const hasLoad = report.rounds.length > 0 || report.workloads.length > 0
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Keelson under fire: ${verdictWords(report)}</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <main>
          ${head(report)} ${hasLoad ? tiles(report) : undefined} ${hasLoad ? timeline(report) : undefined}
          ${section('Findings', report.findings.length > 0, report.findings.map(findingCard))}
          ${section('Problems of the proof itself', report.problems.length > 0, problems(report))}
          ${section('Switches: the same checks on a service without one of its protections', report.switches.length > 0, switchTable(report))}
          ${section('Faults', report.options.faults.length > 0, faultTable(report))}
          ${section('Workloads', report.workloads.length > 0, workloadTable(report))}
          ${section('Latency', hasLoad, latencyTable(report))} ${about(report)}
        </main>
      </body>
    </html> `.text
}

function head(report: Report): Markup {
  const { environment, options, verdict } = report
  const { date, commit } = environment
  const seeds =
    options.seeds.length === 1
      ? `seed ${options.seeds[0]}`
      : `seeds ${options.seeds[0]} to ${options.seeds.at(-1)}`
  return html`<header>
      <h1>Keelson under fire</h1>
      <p>
        ${date.slice(0, 16).replace('T', ' ')} UTC · commit
        ${commit.slice(0, 12)}${commit.endsWith('+changes') ? '+changes' : ''} · ${seeds}
      </p>
    </header>
    <div class="verdict ${verdict}">
      ${verdictWords(report)}<small
        >Again: <code>${again(environment.command, options.seeds[0]!)}</code></small
      >
    </div>`
}

/** A run that picked its seed is made again by naming it. */
function again(command: string, seed: number): string {
  if (/ --seed[ =]/.test(command)) return command
  return `${command}${command.includes(' -- ') ? '' : ' --'} --seed ${seed}`
}

function tiles({ latency, workloads, faults, rounds, seconds }: Report): Markup {
  const sum = (kind: 'ok' | 'refused' | 'unknown'): string =>
    workloads.reduce((total, workload) => total + workload[kind], 0).toLocaleString('en')
  const tile = (value: string | number, what: string): Markup =>
    html`<div class="tile"><b>${value}</b><span>${what}</span></div>`
  return html`<div class="tiles">
    ${tile(clockTime(seconds * 1000), 'duration')} ${tile(sum('ok'), 'answered')}
    ${tile(sum('refused'), 'refused')} ${tile(sum('unknown'), 'unknown to the client')}
    ${tile(faults.length, `faults in ${rounds.length} rounds`)}
    ${tile(`${milliseconds(latency.withoutFaults.p99Ms)} ms`, 'p99 without faults')}
    ${tile(`${milliseconds(latency.duringFaults.p99Ms)} ms`, 'p99 during faults')}
  </div>`
}

function timeline(report: Report): Markup {
  const entry = (colour: string, words: string): Markup =>
    html`<li><i style="background:var(--${colour})"></i>${words}</li>`
  const step = report.timeline.stepMs / 1000
  return html`<h2>Timeline</h2>
    <div class="card chart">
      <ul class="legend">
        ${entry('ok', 'answered')}${entry('refused', 'refused by rule')}${entry('unknown', 'unknown to the client')}
        ${entry('p50', 'p50')}${entry('p99', 'p99')}${entry('band', 'fault')}${entry('bad', 'finding')}
        <li>${step === 1 ? 'by the second' : `in steps of ${step} s`}</li>
      </ul>
      <div class="scroll">${chart(report)}</div>
    </div>`
}

function findingCard(finding: FindingRecord, place: number): Markup {
  const { anomaly, workload, message, atMs, seed, round, faults, evidence, replay } = finding
  return html`<div class="card finding" id="finding-${place + 1}">
    <h3>${anomaly} in ${workload}</h3>
    <div>${message}</div>
    <p>at ${clockTime(atMs)} · seed ${seed}, round ${round} · ${faults.join(' + ') || 'no fault'}</p>
    <pre>${evidence.join('\n')}</pre>
    <pre>$ ${replay}</pre>
  </div>`
}

const problems = ({ problems }: Report): Markup =>
  html`<div class="card scroll">
    <table>
      ${problems.map(
        ({ atMs, where, message }) =>
          html`<tr>
            <td class="number">${clockTime(atMs)}</td>
            <td class="name">${where}</td>
            <td>${message}</td>
          </tr>`,
      )}
    </table>
  </div>`

function about({ environment, options, notes, findingsOmitted }: Report): Markup {
  const { cores, cpu, memoryGiB, system, versions, commit, command } = environment
  const facts: readonly (readonly [string, string])[] = [
    ['command', command],
    ['commit', commit],
    ['machine', `${cores} × ${cpu}, ${memoryGiB} GiB, ${system}; clients, service and Postgres share it`],
    ['versions', `Node ${versions.node}, Postgres ${versions.postgres}`],
    ['load', `${options.processes} processes, ${options.clients} requests under way at a time`],
    ['seeds', options.seeds.join(', ')],
    ...(findingsOmitted > 0 ? [['findings not shown', String(findingsOmitted)] as const] : []),
  ]
  return html`<h2>How it was made</h2>
    <div class="card scroll">
      <table>
        ${facts.map(
          ([name, value]) =>
            html`<tr>
              <td class="name">${name}</td>
              <td>${value}</td>
            </tr>`,
        )}
      </table>
      ${
        notes.length === 0
          ? undefined
          : html`<details>
              <summary>${notes.length} notes on the way</summary>
              <pre>
${notes.map(({ atMs, message }) => `${clockTime(atMs).padStart(7)}  ${message}`).join('\n')}</pre>
            </details>`
      }
    </div>`
}

const section = (title: string, isThere: boolean, content: Markup | readonly Markup[]): Markup | undefined =>
  isThere
    ? html`<h2>${title}</h2>
        ${content}`
    : undefined
