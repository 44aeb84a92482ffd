/** Starts and watches `owner-process.ts`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { EmbeddedErrorCode } from '../src/index.js'

export interface Ready {
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly origin: 'started' | 'adopted'
}

interface Report {
  readonly progress?: string
  readonly ready?: Ready
  readonly failed?: { readonly code: EmbeddedErrorCode; readonly message: string }
}

/** A process that owns a database, or tries to. */
export class Owner {
  readonly #child
  readonly #lines: AsyncIterator<string>

  constructor(test: TestContext, folder: string, ...settings: string[]) {
    const program = fileURLToPath(new URL('./owner-process.js', import.meta.url))
    this.#child = spawn(process.execPath, [program, folder, ...settings], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]()
    test.after(() => this.kill())
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Waits until it has started, or could not. */
  async outcome(): Promise<Report> {
    return await this.#until((report) => report.ready !== undefined || report.failed !== undefined)
  }

  /** Waits until it has started. */
  async ready(): Promise<Ready> {
    const { ready, failed } = await this.outcome()
    if (ready === undefined) throw new Error(failed?.message)
    return ready
  }

  /** Waits until it tells of something. */
  async progress(pattern: RegExp): Promise<void> {
    await this.#until((report) => pattern.test(report.progress ?? ''))
  }

  /** Kills it, with no chance to do anything, and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }

  /** Lets it stop in order, and waits until it is gone. */
  async stop(): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#child.stdin.write('stop\n')
    await ended
  }

  async #until(found: (report: Report) => boolean): Promise<Report> {
    for (;;) {
      const line = await this.#lines.next()
      if (line.done === true) throw new Error('the owner ended without a report')
      const report = JSON.parse(line.value) as Report
      if (found(report)) return report
    }
  }
}
