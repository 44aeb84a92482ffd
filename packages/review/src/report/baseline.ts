/**
 * The baseline: findings that were there when a project took the reviewer up, by fingerprint, so that only new ones are told.
 * The file is sorted and has a line for each, so that it merges well and a reviewer of the change sees what goes.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Finding } from '../finding.js'
import type { Review } from '../review.js'

export const BASELINE_FILE = 'keelson-review.baseline.json'
const VERSION = 1

export interface BaselineEntry {
  readonly fingerprint: string
  readonly rule: string
  readonly file: string
}

/** The baseline cannot be used. */
export class BaselineError extends Error {}

export interface Compared {
  readonly findings: readonly Finding[]
  /** How many findings the baseline knows. */
  readonly hidden: readonly Finding[]
  /** Entries that are found no more, of rules that were asked for. */
  readonly gone: readonly BaselineEntry[]
}

/** Throws BaselineError. */
export function readBaseline(file: string): readonly BaselineEntry[] {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new BaselineError(`The baseline ${file} cannot be read: ${(error as Error).message}`, {
      cause: error,
    })
  }
  const { version, findings } = (value ?? {}) as { version?: unknown; findings?: unknown }
  if (version !== VERSION || !Array.isArray(findings) || !findings.every(isEntry))
    throw new BaselineError(
      `${file} is no baseline of version ${VERSION}: write it anew with --write-baseline.`,
    )
  return findings
}

const isEntry = (value: unknown): value is BaselineEntry =>
  typeof value === 'object' &&
  value !== null &&
  ['fingerprint', 'rule', 'file'].every((key) => typeof (value as Record<string, unknown>)[key] === 'string')

/** Writes every finding of the review. Returns how many. */
export function writeBaseline(file: string, { findings, fingerprints }: Review): number {
  const entries = findings.map((finding) => ({
    rule: finding.rule,
    file: finding.file,
    fingerprint: fingerprints.get(finding)!,
  }))
  const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')
  writeFileSync(
    file,
    `{\n  "version": ${VERSION},\n  "findings": [${lines === '' ? '' : `\n${lines}\n  `}]\n}\n`,
  )
  return entries.length
}

export function compare(
  review: Review,
  baseline: readonly BaselineEntry[],
  isOn: (rule: string) => boolean,
): Compared {
  const known = new Set(baseline.map(({ fingerprint }) => fingerprint))
  const isKnown = (finding: Finding): boolean => known.has(review.fingerprints.get(finding)!)
  const found = new Set(review.findings.map((finding) => review.fingerprints.get(finding)!))
  return {
    findings: review.findings.filter((finding) => !isKnown(finding)),
    hidden: review.findings.filter(isKnown),
    gone: baseline.filter(({ fingerprint, rule }) => isOn(rule) && !found.has(fingerprint)),
  }
}
