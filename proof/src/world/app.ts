/** One process of the service: started, killed, held, started again on the same port; its own deaths are kept. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { AppProcess } from './world.js'

const READY_WITHIN_MS = 30_000
const OUTPUT_CHARACTERS_MAX = 4000

export interface AppOptions {
  readonly name: string
  readonly port: number
  /** A Node program that serves on PORT. */
  readonly script: string
  /** For all its lives. */
  readonly env: Readonly<Record<string, string>>
}

export class App implements AppProcess {
  readonly name: string
  readonly url: string
  readonly #options: AppOptions
  #child: ChildProcess | undefined
  #output = ''
  /** Ends of the process that nobody had ordered: code or signal, and what it last said. */
  readonly unexpected: string[] = []
  #mayEnd = false

  constructor(options: AppOptions) {
    this.#options = options
    this.name = options.name
    this.url = `http://127.0.0.1:${options.port}`
  }

  get isRunning(): boolean {
    const child = this.#child
    return child !== undefined && child.exitCode === null && child.signalCode === null
  }

  /** `KEELSON_FAILPOINTS` in `env`: this life may end by itself. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    if (this.isRunning) return
    this.#mayEnd = env['KEELSON_FAILPOINTS'] !== undefined
    this.#output = ''
    const child = spawn(process.execPath, ['--enable-source-maps', this.#options.script], {
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        ...this.#options.env,
        PORT: String(this.#options.port),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-OUTPUT_CHARACTERS_MAX)
      })
    child.once('exit', (code, signal) => {
      if (this.#mayEnd) return
      this.unexpected.push(
        `${this.name} ended with ${signal ?? `code ${code}`}. It had said: ${this.#output}`,
      )
    })
    await this.#ready(child)
  }

  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  /** Resolves when a life that may end has ended, or after this time. */
  async ended(withinMs: number): Promise<boolean> {
    const deadline = performance.now() + withinMs
    while (this.isRunning && performance.now() < deadline) await pause(20)
    return !this.isRunning
  }

  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  /** Drains; by force after a while. */
  async close(): Promise<void> {
    this.resume()
    const impatience = setTimeout(() => this.#child?.kill('SIGKILL'), 5000)
    await this.#end('SIGTERM')
    clearTimeout(impatience)
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child
    this.#mayEnd = true
    if (child === undefined || !this.isRunning) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  async #ready(child: ChildProcess): Promise<void> {
    const deadline = performance.now() + READY_WITHIN_MS
    while (performance.now() < deadline && child === this.#child) {
      if (!this.isRunning) {
        if (this.#mayEnd) return
        throw new Error(`${this.name} ended before it was ready. It had said: ${this.#output}`)
      }
      try {
        const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2000) })
        await answer.arrayBuffer()
        if (answer.status === 200) return
      } catch {
        // Not listening yet.
      }
      await pause(25)
    }
    throw new Error(
      `${this.name} was not ready within ${READY_WITHIN_MS / 1000} s. It had said: ${this.#output}`,
    )
  }
}
