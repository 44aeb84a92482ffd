/** A client that sends as the engine does: statements prepared once, one Sync a burst. */
import pg from 'pg'

interface Wire {
  readonly stream: { cork(): void; uncork(): void }
  parse(statement: { readonly name: string; readonly text: string }): void
  bind(binding: { readonly statement: string; readonly values: readonly string[] }): void
  execute(portal: object): void
  sync(): void
}

export interface Step {
  readonly name: string
  readonly text: string
  readonly values?: readonly string[]
}

class Burst {
  readonly #steps: readonly Step[]
  readonly #prepared: Set<string>
  readonly #resolve: () => void
  readonly #reject: (error: unknown) => void
  /** Read by the driver. */
  callback = (): void => undefined

  constructor(
    steps: readonly Step[],
    prepared: Set<string>,
    resolve: () => void,
    reject: (error: unknown) => void,
  ) {
    this.#steps = steps
    this.#prepared = prepared
    this.#resolve = resolve
    this.#reject = reject
  }

  submit(wire: Wire): null {
    wire.stream.cork()
    for (const { name, text, values = [] } of this.#steps) {
      if (!this.#prepared.has(name)) wire.parse({ name, text })
      this.#prepared.add(name)
      wire.bind({ statement: name, values })
      wire.execute({})
    }
    wire.sync()
    wire.stream.uncork()
    return null
  }

  handleError(error: unknown): void {
    this.#reject(error)
  }

  handleReadyForQuery(): void {
    this.#resolve()
  }

  handleDataRow(): void {
    // Nobody looks at the rows.
  }

  handleCommandComplete(): void {
    // ReadyForQuery tells all.
  }

  handleRowDescription(): void {
    // None is asked for.
  }
}

export class BurstClient {
  readonly client: pg.Client
  readonly #prepared = new Set<string>()

  constructor(url: string) {
    this.client = new pg.Client({ connectionString: url })
    this.client.on('error', () => undefined)
  }

  /** Resolves when all is answered, rejects with the first error or the loss of the connection. */
  send(...steps: readonly Step[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.client.query(new Burst(steps, this.#prepared, resolve, reject) as unknown as pg.Submittable)
    })
  }
}
