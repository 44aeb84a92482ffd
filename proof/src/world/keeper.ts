/**
 * A small process beside the run that outlives it by a moment: when the run dies without taking its world down (SIGKILL, a
 * crash), the keeper ends the processes of that world and removes its files. It learns of the death by the end of a pipe.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** What is to be ended or removed. A line of JSON each. */
export type Charge =
  /** Ended only if its command line holds `mark`: process ids are used again. */
  | { readonly kind: 'process'; readonly pid: number; readonly mark: string }
  /** A folder with, perhaps, a small disk mounted on `disk` and a Postgres on `data`. */
  | { readonly kind: 'place'; readonly top: string; readonly disk: string | undefined; readonly data: string }
  /** The world was taken down in good order. */
  | { readonly kind: 'done' }

export class Keeper {
  readonly #child: ChildProcess

  constructor() {
    const script = fileURLToPath(new URL('keeper-main.js', import.meta.url))
    this.#child = spawn(process.execPath, [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
    // Without it the run goes on; it only leaves more behind if it is killed.
    this.#child.on('error', () => undefined)
    this.#child.stdin?.on('error', () => undefined)
    this.#child.unref()
  }

  take(charge: Charge): void {
    this.#child.stdin?.write(`${JSON.stringify(charge)}\n`)
  }

  /** Resolves when it is gone. */
  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = new Promise((resolve) => this.#child.once('exit', resolve))
    this.take({ kind: 'done' })
    this.#child.stdin?.end()
    this.#child.ref()
    await gone
  }
}
