/** What is wrong with an application's jobs, each with what to write instead. */
import { ATTEMPTS_MAX, TIMEOUT_MAX_MS, type Job } from '../jobs/job.js'
import { inputSchema } from '../schema/input-schema.js'
import { encoderOf } from '../schema/output-encoder.js'
import { UnfitSchemaError } from '../schema/zod-rewrite.js'
import type { Module } from './module.js'

const NAME = /^[A-Za-z][\w-]*(\.[\w-]+)*$/

/** Sentences; none where all is well. */
export function problemsOfJobs(modules: readonly Module[]): string[] {
  const jobs = modules.flatMap((module) => [...module.jobs.values()])
  const seen = new Set<string>()
  return jobs.flatMap((job) => {
    if (seen.has(job.name))
      return [`Two jobs are called \`${job.name}\`: list each in one module, under a name of its own.`]
    seen.add(job.name)
    return problemsOfJob(job)
  })
}

function problemsOfJob({ name, definition }: Job): string[] {
  const { input, retry, timeoutMs, run } = definition
  const problems: string[] = []
  const insist = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(`\`${name}\`${problem}`)
  }
  insist(NAME.test(name), ' is no name for a job: write it like `receipts.send`.')
  insist(typeof run === 'function', ' has no `run`: give the function that does the work.')
  insist(
    Number.isInteger(retry.attemptsMax) && retry.attemptsMax >= 1 && retry.attemptsMax <= ATTEMPTS_MAX,
    `: \`retry.attemptsMax\` must be a whole number from 1 to ${ATTEMPTS_MAX}.`,
  )
  insist(retry.delayMs >= 0, ': `retry.delayMs` must be 0 or more milliseconds.')
  insist(
    retry.delayMaxMs >= retry.delayMs && retry.delayMaxMs <= TIMEOUT_MAX_MS,
    `: \`retry.delayMaxMs\` must be at least \`retry.delayMs\` and at most ${TIMEOUT_MAX_MS} milliseconds.`,
  )
  insist(
    timeoutMs > 0 && timeoutMs <= TIMEOUT_MAX_MS,
    `: \`timeoutMs\` must be more than 0 and at most ${TIMEOUT_MAX_MS} milliseconds.`,
  )
  if (typeof input !== 'object' && typeof input !== 'function') {
    problems.push(`\`${name}\` has no \`input\`: declare what is handed over, such as z.object({ … }).`)
    return problems
  }
  try {
    inputSchema(input)
    encoderOf(input)
  } catch (error) {
    if (!(error instanceof UnfitSchemaError)) throw error
    problems.push(`\`${name}\`: the schema of \`input\` holds ${error.message}.`)
  }
  return problems
}
