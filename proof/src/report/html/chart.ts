/**
 * The timeline as one picture, everything over the same time: requests a second, latency on a logarithmic scale, a row for
 * each fault with the times it was there, findings as marks through all of it.
 */
import { clockTime } from '../progress.js'
import type { Report } from '../report.js'
import type { TimelineStep } from '../timeline.js'
import { html, type Markup } from './escape.js'
import { decades, linear, logarithmic, ticks, timeTicks, type Scale } from './scale.js'

const WIDTH = 1140
const LEFT = 150
const RIGHT = 12
const TOP = 18
const PANEL = 150
const GAP = 26
const ROW = 17

interface Frame {
  readonly x: Scale
  readonly bottom: number
  readonly durationMs: number
}

export function chart(report: Report): Markup {
  const names = [...new Set(report.faults.map((fault) => fault.name))].toSorted()
  const durationMs = Math.max(1000, report.seconds * 1000)
  const rowsTop = TOP + 2 * (PANEL + GAP)
  const bottom = rowsTop + (names.length + 1) * ROW
  const frame: Frame = { x: linear(0, durationMs, LEFT, WIDTH - RIGHT), bottom, durationMs }
  const label = `Load, latency, ${report.faults.length} faults and ${report.findings.length} findings over time`
  return html`<svg
    viewBox="0 0 ${WIDTH} ${bottom + 24}"
    role="img"
    aria-label="${label}"
    font-size="11.5"
    fill="var(--soft)"
  >
    ${timeAxis(frame)} ${faultBands(report, frame)} ${loadPanel(report, frame, TOP)}
    ${latencyPanel(report, frame, TOP + PANEL + GAP)} ${rows(report, names, frame, rowsTop)}
    ${findingMarks(report, frame)}
  </svg>`
}

function timeAxis({ x, bottom, durationMs }: Frame): Markup[] {
  return timeTicks(durationMs).map(
    (ms) =>
      html`<line x1="${x(ms)}" x2="${x(ms)}" y1="${TOP}" y2="${bottom}" stroke="var(--grid)" />
        <text x="${x(ms)}" y="${bottom + 17}" text-anchor="middle">${clockTime(ms)}</text>`,
  )
}

/** Pale, behind the curves. */
function faultBands({ faults }: Report, { x }: Frame): Markup[] {
  return faults.map(
    ({ beganMs, endedMs }) =>
      html`<rect
        x="${x(beganMs)}"
        width="${wide(x, beganMs, endedMs)}"
        y="${TOP}"
        height="${2 * PANEL + GAP}"
        fill="var(--band)"
        opacity=".13"
      />`,
  )
}

function loadPanel({ timeline }: Report, { x, durationMs }: Frame, top: number): Markup {
  const perSecond = (count: number): number => (count * 1000) / timeline.stepMs
  const totals = timeline.steps.map(({ ok, refused, unknown }) => perSecond(ok + refused + unknown))
  const marks = ticks(Math.max(1, ...totals), 4)
  const y = linear(0, marks.at(-1)!, top + PANEL, top)
  const area = (part: (step: TimelineStep) => number, colour: string): Markup =>
    html`<path
      d="${stepped(
        timeline.steps.map((step) => perSecond(part(step))),
        timeline.stepMs,
        durationMs,
        x,
        y,
      )}"
      fill="var(--${colour})"
    />`
  return html`${axis('requests/s', marks, y, top)}
  ${area(({ ok, refused, unknown }) => ok + refused + unknown, 'unknown')}
  ${area(({ ok, refused }) => ok + refused, 'refused')} ${area(({ ok }) => ok, 'ok')}`
}

/** An area of steps from the base line. */
function stepped(values: readonly number[], stepMs: number, durationMs: number, x: Scale, y: Scale): string {
  const points = values.map((value, place) => {
    const endMs = Math.min(durationMs, (place + 1) * stepMs)
    return `V${y(value)}H${x(endMs)}`
  })
  return `M${x(0)},${y(0)}${points.join('')}V${y(0)}Z`
}

function latencyPanel({ timeline }: Report, { x }: Frame, top: number): Markup {
  const values = timeline.steps
    .flatMap(({ p50Ms, p99Ms }) => [p50Ms, p99Ms])
    .filter((value) => value !== null)
  const marks = decades(Math.max(0.1, Math.min(...values, 1)), Math.max(...values, 10))
  const y = logarithmic(marks[0]!, marks.at(-1)!, top + PANEL, top)
  const line = (part: 'p50Ms' | 'p99Ms', colour: string): Markup =>
    html`<path
      d="${curve(
        timeline.steps.map((step) => step[part]),
        timeline.stepMs,
        x,
        y,
      )}"
      fill="none"
      stroke="var(--${colour})"
      stroke-width="1.6"
      stroke-linejoin="round"
      stroke-linecap="round"
    />`
  return html`${axis('latency, ms', marks, y, top)}${line('p50Ms', 'p50')}${line('p99Ms', 'p99')}`
}

/** Broken where nothing was answered. */
function curve(values: readonly (number | null)[], stepMs: number, x: Scale, y: Scale): string {
  let isPen = false
  return values
    .map((value, place) => {
      const command = isPen ? 'L' : 'M'
      isPen = value !== null
      // A line of no length makes a single value a dot.
      if (value === null) return ''
      const at = `${x((place + 0.5) * stepMs)},${y(value)}`
      return command === 'M' ? `M${at}L${at}` : `L${at}`
    })
    .join('')
}

function axis(title: string, marks: readonly number[], y: Scale, top: number): Markup {
  const lines = marks.map(
    (mark) =>
      html`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(mark)}" y2="${y(mark)}" stroke="var(--grid)" />
        <text x="${LEFT - 8}" y="${y(mark) + 4}" text-anchor="end">${mark.toLocaleString('en')}</text>`,
  )
  return html`<text x="0" y="${top + 8}" fill="var(--ink)" font-weight="600">${title}</text>${lines}`
}

function rows({ faults, rounds }: Report, names: readonly string[], { x }: Frame, top: number): Markup {
  const load = rounds.map(
    ({ beganMs, endedMs, seed, round }) =>
      html`<rect
        x="${x(beganMs)}"
        width="${wide(x, beganMs, endedMs)}"
        y="${top + 4}"
        height="8"
        rx="2"
        fill="var(--ok)"
        opacity=".55"
        ><title>seed ${seed}, round ${round}, ${clockTime(beganMs)} to ${clockTime(endedMs)}</title></rect
      >`,
  )
  const row = (name: string, place: number): Markup => {
    const y = top + (place + 1) * ROW
    return html`<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y + 8}" y2="${y + 8}" stroke="var(--grid)" />
      <text x="${LEFT - 8}" y="${y + 12}" text-anchor="end">${shortName(name)}<title>${name}</title></text>
      ${faults.filter((fault) => fault.name === name).map((fault) => html`<rect x="${x(fault.beganMs)}" width="${wide(x, fault.beganMs, fault.endedMs)}" y="${y + 3}" height="10" rx="2" fill="var(--${fault.error === undefined ? 'band' : 'bad'})"><title>${name}, seed ${fault.seed}, round ${fault.round}, ${((fault.endedMs - fault.beganMs) / 1000).toFixed(1)} s</title></rect>`)}`
  }
  return html`<text x="${LEFT - 8}" y="${top + 12}" text-anchor="end" fill="var(--ink)" font-weight="600"
      >rounds</text
    >${load}${names.map(row)}`
}

function findingMarks({ findings }: Report, { x, bottom }: Frame): Markup[] {
  return findings.map(
    ({ atMs, anomaly, workload }, place) =>
      html`<a href="#finding-${place + 1}">
        <title>${anomaly} in ${workload}</title>
        <line
          x1="${x(atMs)}"
          x2="${x(atMs)}"
          y1="${TOP - 4}"
          y2="${bottom}"
          stroke="var(--bad)"
          stroke-width="1.5" />
        <path d="M${x(atMs) - 7},2h14l-7,13z" fill="var(--bad)"
      /></a>`,
  )
}

/** Nothing is too short to be seen. */
const wide = (x: Scale, beganMs: number, endedMs: number): string =>
  Math.max(2.5, x(endedMs) - x(beganMs)).toFixed(1)

const shortName = (name: string): string => (name.length <= 23 ? name : `${name.slice(0, 22)}…`)
