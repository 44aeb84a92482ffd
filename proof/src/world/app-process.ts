/**
 * A process of the service: started, killed, frozen and started again on the same port, as a supervisor would. Deaths that
 * nobody ordered are remembered; one at an armed failpoint was ordered.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.js'
import { Turns } from './turns.js'
import type { AppProcess, Death, LifeEnvironment } from './world.js'

export interface AppOptions {
  readonly name: string
  /** Path of the script; it listens on PORT and answers GET /readyz by 200 when it is ready. */
  readonly script: string
  /** For all lives. */
  readonly env: LifeEnvironment
  /** How long a start may take, further attempts included, in milliseconds. Default 60,000. */
  readonly readyMs?: number
  /** Told of each life. */
  readonly onBegin?: (pid: number) => void
}

interface Life {
  readonly child: ChildProcess
  readonly isArmed: boolean
  /** Resolves when it is dead. */
  readonly ended: Promise<void>
  death: Death | undefined
  wasReady: boolean
  isOrdered: boolean
  said: string
}

const SAID_CHARACTERS_MAX = 16_384
const POLL_MS = 20
const ANSWER_MS = 2000
/** Between a death and the next attempt. */
const AGAIN_MS = 100

/** What a process of ours needs; the rest could change how it behaves. */
const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'SystemRoot']

export class ServiceProcess implements AppProcess {
  readonly name: string
  readonly url: string
  readonly endedByItself: Death[] = []
  readonly #options: AppOptions
  readonly #port: number
  readonly #turns = new Turns()
  #life: Life | undefined
  #isClosed = false

  private constructor(options: AppOptions, port: number) {
    this.name = options.name
    this.url = `http://127.0.0.1:${port}`
    this.#options = options
    this.#port = port
  }

  /** Does not start it. */
  static async create(options: AppOptions): Promise<ServiceProcess> {
    return new ServiceProcess(options, await freePort())
  }

  get isRunning(): boolean {
    return this.#life !== undefined && this.#life.death === undefined
  }

  get pid(): number | undefined {
    return this.isRunning ? this.#life?.child.pid : undefined
  }

  kill(): Promise<void> {
    return this.#turns.take(() => this.#kill())
  }

  pause(): void {
    if (this.isRunning) this.#life?.child.kill('SIGSTOP')
  }

  resume(): void {
    if (this.isRunning) this.#life?.child.kill('SIGCONT')
  }

  start(env: LifeEnvironment = {}): Promise<void> {
    return this.#turns.take(() => this.#start(env))
  }

  restart(env: LifeEnvironment = {}): Promise<void> {
    return this.#turns.take(async () => {
      await this.#kill()
      await this.#start(env)
    })
  }

  async hasDied(withinMs: number): Promise<boolean> {
    const life = this.#life
    if (life === undefined || life.death !== undefined) return true
    const timer = new AbortController()
    const patience = delay(withinMs, undefined, { signal: timer.signal }).catch(() => undefined)
    await Promise.race([life.ended, patience])
    timer.abort()
    return life.death !== undefined
  }

  /** Ends it at once, whatever is being done to it, for good. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#kill()
    await this.kill()
  }

  async #kill(): Promise<void> {
    const life = this.#life
    if (life === undefined) return
    life.isOrdered = true
    if (life.death === undefined) life.child.kill('SIGKILL')
    await life.ended
  }

  async #start(env: LifeEnvironment): Promise<void> {
    if (this.isRunning) return
    const deadline = performance.now() + (this.#options.readyMs ?? 60_000)
    let said = ''
    for (;;) {
      if (this.#isClosed) throw new Error(`${this.name} is closed.`)
      const life = this.#begin(env)
      await this.#awaitReady(life, deadline)
      if (life.wasReady || diedAtFailpoint(life)) return
      if (life.said !== '') said = life.said
      if (performance.now() > deadline) {
        await this.#kill()
        throw new Error(`${this.name} did not become ready. It said: ${said.slice(-2000)}`)
      }
      await delay(AGAIN_MS)
    }
  }

  async #awaitReady(life: Life, deadline: number): Promise<void> {
    while (life.death === undefined && performance.now() < deadline) {
      // Asked while it was paused: the answer comes when it goes on, or not to us.
      const answer = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(ANSWER_MS) }).catch(
        () => undefined,
      )
      await answer?.arrayBuffer().catch(() => undefined)
      if (answer?.status === 200 && life.death === undefined) {
        life.wasReady = true
        return
      }
      await Promise.race([delay(POLL_MS), life.ended])
    }
  }

  #begin(env: LifeEnvironment): Life {
    const inherited = Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]))
    const child = spawn(process.execPath, ['--enable-source-maps', this.#options.script], {
      env: { ...inherited, ...this.#options.env, HOST: '127.0.0.1', PORT: String(this.#port), ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
      // A Ctrl-C in the terminal is for us: the run ends in good order.
      detached: true,
    })
    const { promise: ended, resolve } = withResolvers()
    const isArmed = /=kill/.test(env['KEELSON_FAILPOINTS'] ?? '')
    const life: Life = {
      child,
      isArmed,
      ended,
      death: undefined,
      wasReady: false,
      isOrdered: false,
      said: '',
    }
    child.stderr
      ?.setEncoding('utf8')
      .on('data', (text: string) => (life.said = (life.said + text).slice(-SAID_CHARACTERS_MAX)))
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (life.death !== undefined) return
      life.death = { code, signal, said: life.said }
      if (!life.isOrdered && !diedAtFailpoint(life) && (life.wasReady || signal !== null))
        this.endedByItself.push(life.death)
      resolve()
    }
    // `close` comes when all that it said has been read as well.
    child.on('close', end)
    child.on('error', (error) => {
      life.said += error.message
      if (child.pid === undefined) end(null, null)
    })
    this.#life = life
    if (child.pid !== undefined) this.#options.onBegin?.(child.pid)
    return life
  }
}

const diedAtFailpoint = ({ isArmed, death }: Life): boolean => isArmed && death?.signal === 'SIGKILL'

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined
  const promise = new Promise<void>((settle) => (resolve = settle))
  return { promise, resolve }
}
