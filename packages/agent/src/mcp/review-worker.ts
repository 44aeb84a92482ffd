/** The thread in which a review runs, so that it can be ended: it takes the root and the rules, and sends the review back, or why there is none. */
import { parentPort, workerData } from 'node:worker_threads'
import { CHECKERS, review, rulesOf, SettingsError } from '@keelson/review'
import type { ReviewRequest, ThreadMessage } from './review-thread.js'

async function message({ root, rules }: ReviewRequest): Promise<ThreadMessage> {
  const known = rulesOf(CHECKERS).map(({ id }) => id)
  const unknown = rules?.find((rule) => !known.includes(rule))
  if (unknown !== undefined)
    return { refusal: `There is no rule ${JSON.stringify(unknown)}. There are: ${known.join(', ')}.` }
  try {
    const { findings, suppressed, notes, filesRead, linesRead } = await review(root, { rules })
    return { reviewed: { findings, suppressed: suppressed.length, notes, filesRead, linesRead } }
  } catch (error) {
    if (error instanceof SettingsError) return { refusal: error.message }
    throw error
  }
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of worker_threads, not a window.
parentPort!.postMessage(await message(workerData as ReviewRequest))
