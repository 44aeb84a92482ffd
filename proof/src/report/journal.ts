/**
 * The journal of a run: it is told everything that happens and keeps what the report needs, in bounded memory. Requests
 * become counts as they come; of findings, notes and the like there is an end.
 */
import type { Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'
import { Latencies } from './latencies.js'
import type {
  FaultRecord,
  FindingRecord,
  Report,
  RoundRecord,
  SwitchRecord,
  WorkloadRecord,
} from './report.js'
import { Timeline } from './timeline.js'

type Recorded = Omit<Report, 'schema' | 'verdict' | 'environment' | 'options' | 'seconds'>

/** Which round of which seed something belongs to. */
export interface Place {
  readonly seed: number
  readonly round: number
  readonly faults: readonly string[]
}

const FINDINGS_MAX = 100
const PROBLEMS_MAX = 100
const NOTES_MAX = 500
const EVIDENCE_LINES_MAX = 60
const EVIDENCE_WIDTH_MAX = 500

export class Journal {
  /** The version of the server. */
  postgres = 'unknown'
  /** What is being run just now, for the line of progress. */
  doing = ''
  readonly #nowMs: () => number
  readonly #workloads = new Map<
    string,
    { ok: number; refused: number; unknown: number; latencies: Latencies }
  >()
  readonly #duringFaults = new Latencies()
  readonly #withoutFaults = new Latencies()
  readonly #timeline = new Timeline()
  readonly #rounds: RoundRecord[] = []
  readonly #faults: FaultRecord[] = []
  readonly #underWay = new Set<string>()
  readonly #unavailable = new Map<string, string>()
  readonly #switches: SwitchRecord[] = []
  readonly #findings: FindingRecord[] = []
  readonly #problems: { atMs: number; where: string; message: string }[] = []
  readonly #notes: { atMs: number; message: string }[] = []
  #findingCount = 0
  #problemCount = 0
  #lastFaultEndedMs = -1

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  operation({ workload, invokedMs, completedMs, outcome }: Operation): void {
    const latencyMs = completedMs - invokedMs
    const record = this.#workloads.get(workload) ?? {
      ok: 0,
      refused: 0,
      unknown: 0,
      latencies: new Latencies(),
    }
    this.#workloads.set(workload, record)
    record[outcome.kind]++
    record.latencies.add(latencyMs)
    this.#timeline.add(completedMs, latencyMs, outcome.kind)
    const isDuringFault = this.#underWay.size > 0 || invokedMs <= this.#lastFaultEndedMs
    ;(isDuringFault ? this.#duringFaults : this.#withoutFaults).add(latencyMs)
  }

  round(record: RoundRecord): void {
    this.#rounds.push(record)
  }

  /** Returns what to call at its end, with the error where it could not be made or mended. */
  faultBegins(name: string, what: string, { seed, round }: Place): (error?: string) => void {
    const beganMs = this.#nowMs()
    this.#underWay.add(name)
    return (error) => {
      this.#underWay.delete(name)
      const endedMs = this.#nowMs()
      this.#lastFaultEndedMs = endedMs
      this.#faults.push({ name, what, seed, round, beganMs, endedMs, error })
      if (error !== undefined) this.problem(`fault ${name}`, error)
    }
  }

  unavailable(name: string, why: string): void {
    this.#unavailable.set(name, why)
  }

  finding(finding: Finding, place: Place, replay: string): void {
    this.#findingCount++
    if (this.#findings.length >= FINDINGS_MAX) return
    this.#findings.push({
      ...finding,
      evidence: shortened(finding.evidence),
      ...place,
      replay,
      atMs: this.#nowMs(),
    })
  }

  problem(where: string, message: string): void {
    this.#problemCount++
    if (this.#problems.length < PROBLEMS_MAX) this.#problems.push({ atMs: this.#nowMs(), where, message })
  }

  switchDone(record: SwitchRecord): void {
    const { example } = record
    this.#switches.push({
      ...record,
      example: example && { ...example, evidence: shortened(example.evidence) },
    })
  }

  note(message: string): void {
    this.#notes.push({ atMs: this.#nowMs(), message })
    if (this.#notes.length > NOTES_MAX) this.#notes.shift()
  }

  /** What a line of progress shows. */
  get state() {
    const total = (kind: 'ok' | 'refused' | 'unknown') =>
      [...this.#workloads.values()].reduce((sum, record) => sum + record[kind], 0)
    return {
      doing: this.doing,
      faults: [...this.#underWay],
      operations: total('ok') + total('refused') + total('unknown'),
      unknown: total('unknown'),
      findings: this.#findingCount,
      problems: this.#problemCount,
      rounds: this.#rounds.length,
      switches: this.#switches.length,
    }
  }

  get recorded(): Recorded {
    const overall = new Latencies()
    overall.addAll(this.#duringFaults)
    overall.addAll(this.#withoutFaults)
    return {
      workloads: [...this.#workloads].map(workloadRecord),
      latency: {
        overall: overall.percentiles,
        duringFaults: this.#duringFaults.percentiles,
        withoutFaults: this.#withoutFaults.percentiles,
      },
      rounds: this.#rounds,
      faults: this.#faults,
      unavailable: [...this.#unavailable].map(([name, why]) => ({ name, why })),
      switches: this.#switches,
      findings: this.#findings,
      findingsOmitted: this.#findingCount - this.#findings.length,
      problems: this.#problems,
      notes: this.#notes,
      timeline: this.#timeline.data,
    }
  }
}

const workloadRecord = ([name, { ok, refused, unknown, latencies }]: [
  string,
  { ok: number; refused: number; unknown: number; latencies: Latencies },
]): WorkloadRecord => ({ name, ok, refused, unknown, latency: latencies.percentiles })

const shortened = (evidence: readonly string[]): string[] => {
  const lines = evidence
    .slice(0, EVIDENCE_LINES_MAX)
    .map((line) => (line.length <= EVIDENCE_WIDTH_MAX ? line : `${line.slice(0, EVIDENCE_WIDTH_MAX)} …`))
  const omitted = evidence.length - lines.length
  return omitted === 0 ? lines : [...lines, `… and ${omitted} lines more`]
}
