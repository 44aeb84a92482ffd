/**
 * The load that a plan is made for, and what is assumed where nothing was said. Each assumption is a number that a user can
 * measure and put in place of ours.
 */

export interface Load {
  /** At the peak, today. */
  readonly requestsPerSecond: number
  /** Of the requests, from 0 to 1. */
  readonly writesShare: number
  /** Stored by one write, in bytes. */
  readonly payloadBytes: number
  /** By how much the load is multiplied in a year; 1 does not grow. */
  readonly growthPerYear: number
  /** The plan holds for the load after so many years. */
  readonly years: number
  /** What 99 of 100 requests must stay below. */
  readonly p99Ms: number
  /** Processes of the service; undefined lets the plan say how many. */
  readonly processes: number | undefined
  /** How long a request holds a connection, on average. */
  readonly connectionMs: number
  /** Of the process's own processor time for a request, on average. */
  readonly processorMs: number
  /** Of the database's processor time for a request, on average. */
  readonly databaseProcessorMs: number
  /** How long a request waits for services outside, on average. */
  readonly outsideMs: number
  /** The peak divided by the mean of a day. */
  readonly peakToMean: number
  /** How long rows are kept. */
  readonly retentionDays: number
  /** On the table that is written most, the primary key included. */
  readonly indexes: number
  /** Of the stored rows, the share that is read again and again. */
  readonly hotShare: number
}

export const ASSUMED = {
  growthPerYear: 1,
  years: 1,
  p99Ms: 100,
  connectionMs: 5,
  processorMs: 2,
  databaseProcessorMs: 1,
  outsideMs: 0,
  peakToMean: 3,
  retentionDays: 365,
  indexes: 2,
  hotShare: 0.2,
} as const satisfies Partial<Load>

/** The peak at the end of the plan. */
export const peakOf = ({ requestsPerSecond, growthPerYear, years }: Load): number =>
  requestsPerSecond * growthPerYear ** years

/** Writes in an average second at the end of the plan. */
export const meanWritesOf = (load: Load): number => (peakOf(load) * load.writesShare) / load.peakToMean
