/**
 * A review in a thread of its own: the server goes on answering meanwhile, and a review that takes too long or too much memory is
 * ended. One at a time: others wait for their turn.
 */
import { Worker } from 'node:worker_threads'
import type { Review } from '@keelson/review'
import { Refusal } from '../root/inside.js'
import { visible } from './untrusted.js'

export interface ReviewRequest {
  readonly root: string
  readonly rules: readonly string[] | undefined
}

export type Reviewed = Pick<Review, 'findings' | 'notes' | 'filesRead' | 'linesRead'> & {
  /** How many findings comments in the code silence. */
  readonly suppressed: number
}

/** What the thread sends, once. */
export type ThreadMessage = { readonly reviewed: Reviewed } | { readonly refusal: string }

const MEMORY_MEBIBYTES = 2048
const WAITING_MAX = 8

export class ReviewThread {
  readonly #timeoutMs: number
  #last: Promise<unknown> = Promise.resolve()
  #waiting = 0

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs
  }

  /** Throws Refusal where it took too long, too many wait, or rules or settings are wrong. */
  async run(request: ReviewRequest): Promise<Reviewed> {
    if (this.#waiting >= WAITING_MAX)
      throw new Refusal(`${WAITING_MAX} reviews are waiting already; ask again when they are done.`)
    this.#waiting++
    const turn = this.#last.then(() => this.#review(request))
    this.#last = turn.catch(() => undefined)
    try {
      return await turn
    } finally {
      this.#waiting--
    }
  }

  async #review(request: ReviewRequest): Promise<Reviewed> {
    const worker = new Worker(new URL('./review-worker.js', import.meta.url), {
      workerData: request,
      // Output of the thread would end up between the messages of the protocol.
      stdout: true,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MEBIBYTES },
    })
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise<Reviewed>((resolve, reject) => {
        timer = setTimeout(() => reject(this.#tooLong()), this.#timeoutMs)
        worker.once('message', (message: ThreadMessage) => {
          // Settings and names in them are the repository's.
          if ('refusal' in message) reject(new Refusal(visible(message.refusal)))
          else resolve(message.reviewed)
        })
        worker.once('error', reject)
        worker.once('exit', () => reject(new Error('The review ended without a result.')))
      })
    } finally {
      clearTimeout(timer)
      await worker.terminate()
    }
  }

  #tooLong(): Refusal {
    return new Refusal(
      `The review was ended after ${this.#timeoutMs / 1000} s. Name fewer rules, exclude folders in keelson-review.json, or start the server in a smaller root.`,
    )
  }
}
