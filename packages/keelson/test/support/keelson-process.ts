/** The `keelson` command in a process of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../../../bin/keelson.js', import.meta.url))

export interface Running {
  readonly child: ChildProcess
  /** Resolves with everything said so far, once it holds this. */
  readonly says: (part: string) => Promise<string>
  readonly ended: Promise<Ended>
}

export interface Ended {
  readonly code: number | null
  /** What came on both outputs. */
  readonly said: string
  readonly stdout: string
}

export class KeelsonProcesses {
  readonly #folder: string
  readonly #environment: Readonly<Record<string, string>>
  readonly #children: ChildProcess[] = []

  constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.#folder = folder
    this.#environment = environment
  }

  run(words: readonly string[], environment: Readonly<Record<string, string>> = {}): Running {
    const child = spawn(process.execPath, [BIN, ...words], {
      cwd: this.#folder,
      env: { ...process.env, ...this.#environment, ...environment },
    })
    this.#children.push(child)
    let said = ''
    let stdout = ''
    let heard: (() => void) | undefined
    child.stdout.on('data', (data: Buffer) => (stdout += data.toString()))
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (data: Buffer) => {
        said += data.toString()
        heard?.()
      })
    }
    const ended = new Promise<Ended>((resolve) =>
      child.on('close', (code) => resolve({ code, said, stdout })),
    )
    const says = async (part: string): Promise<string> =>
      new Promise((resolve, reject) => {
        heard = () => {
          if (said.includes(part)) resolve(said)
        }
        heard()
        void ended.then(() => reject(new Error(`It ended without saying «${part}»: ${said}`)))
      })
    return { child, says, ended }
  }

  /** Starts an app in production on a free port; resolves with its address. */
  async start(
    app: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Running & { readonly url: string }> {
    const run = this.run(['start', app, '--port', '0'], environment)
    const said = await run.says('Listening.')
    const line = said.split('\n').find((each) => each.includes('Listening.'))!
    return { ...run, url: (JSON.parse(line) as { url: string }).url }
  }

  /** Kills what still runs. */
  killAll(): void {
    for (const child of this.#children) if (child.exitCode === null) child.kill('SIGKILL')
  }
}
