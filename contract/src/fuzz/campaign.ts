/**
 * A run of many requests. The same seed makes the same requests, each of which can be told by its number and sent alone;
 * what the shop has stored by then may differ.
 */
import fc from 'fast-check'
import { requestsOf, type FuzzOptions, type FuzzRequest } from './requests.js'
import { Sender, type FuzzAnswer } from './send.js'
import { Truth } from './truth.js'
import { verdictOn } from './verdict.js'

/** Requests that are drawn at once. */
const BATCH = 200
const FINDINGS_MAX = 20

export interface Finding {
  readonly number: number
  readonly what: string
  readonly request: FuzzRequest
  readonly answer: FuzzAnswer | undefined
}

export interface CampaignOptions extends FuzzOptions {
  readonly url: string
  readonly seed: number
  readonly requests: number
  /** The number of the first request. Default: 0. */
  readonly from?: number
  /** Requests under way at once. */
  readonly concurrency: number
  readonly onProgress?: (sent: number, findings: number) => void
}

export interface Report {
  readonly sent: number
  /** How often each status came. */
  readonly statuses: Readonly<Record<string, number>>
  readonly findings: readonly Finding[]
}

export async function runCampaign(options: CampaignOptions): Promise<Report> {
  const { from = 0, requests, concurrency } = options
  const arbitrary = requestsOf(options)
  const truth = new Truth(options.document)
  const sender = new Sender(options.url, concurrency)
  const statuses: Record<string, number> = {}
  const findings: Finding[] = []
  let sent = 0
  const judge = async (request: FuzzRequest, number: number): Promise<void> => {
    const answer = await sender.send(request).catch((error: unknown) => error as Error)
    const what =
      answer instanceof Error
        ? answer.message
        : (verdictOn(request, answer) ?? truth.verdictOn(request, answer))
    const status = answer instanceof Error ? 'none' : String(answer.status)
    statuses[status] = (statuses[status] ?? 0) + 1
    sent++
    if (what !== undefined)
      findings.push({ number, what, request, answer: answer instanceof Error ? undefined : answer })
  }
  try {
    for (let number = from; number < from + requests; number = from + sent) {
      if (findings.length >= FINDINGS_MAX) break
      const batch = batchOf(arbitrary, options.seed, number)
      const wanted = batch.slice(number % BATCH, (number % BATCH) + requests - sent)
      await concurrently(wanted, concurrency, (request, at) => judge(request, number + at))
      options.onProgress?.(sent, findings.length)
    }
  } finally {
    sender.close()
  }
  return { sent, statuses, findings: findings.toSorted((a, b) => a.number - b.number) }
}

const batchOf = (arbitrary: fc.Arbitrary<FuzzRequest>, seed: number, number: number): FuzzRequest[] =>
  fc.sample(arbitrary, { seed: (seed + Math.floor(number / BATCH) * 7919) | 0, numRuns: BATCH })

async function concurrently<T>(
  all: readonly T[],
  concurrency: number,
  work: (each: T, at: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let at = next++; at < all.length; at = next++) await work(all[at]!, at)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

/** A finding in words, with what it takes to send it again. */
export function spelled({ number, what, request, answer }: Finding, seed: number): string {
  const { method, path, headers, body } = request
  const lines = [
    `#${number}: ${what}`,
    `  ${method} ${path.slice(0, 300)}`,
    ...headers.map(([name, value]) => `  ${name}: ${name === 'authorization' ? '…' : value.slice(0, 100)}`),
    ...(body === undefined ? [] : [`  ${body.length} bytes: ${body.toString().slice(0, 300)}`]),
    ...(answer === undefined ? [] : [`  → ${answer.status} ${answer.body.slice(0, 500)}`]),
    `  again: npm run fuzz -- --seed ${seed} --from ${number} --requests 1`,
  ]
  return lines.join('\n')
}
