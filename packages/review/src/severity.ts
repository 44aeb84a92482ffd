/** Severities and confidences in order, for thresholds. */
import type { Severity } from '@keelson/rulebook'
import type { Confidence } from './finding.js'

/** From what hurts most. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low']
/** From the surest. */
export const CONFIDENCES: readonly Confidence[] = ['certain', 'likely']

/** The severity from which on findings fail a run. */
export type FailOn = Severity | 'never'
export const FAIL_ON: readonly FailOn[] = [...SEVERITIES, 'never']

export const isAtLeast = (severity: Severity, threshold: FailOn): boolean =>
  threshold !== 'never' && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(threshold)

export const isAsSureAs = (confidence: Confidence, least: Confidence): boolean =>
  CONFIDENCES.indexOf(confidence) <= CONFIDENCES.indexOf(least)
