/** Whether this process should be sent requests: it is not stopping, and its database answers. */

/** Longer than this and the database counts as gone. */
const PROBE_TIMEOUT_MS = 2000

export class DatabaseReadiness {
  readonly #probe: () => Promise<unknown>
  #stopping = false
  #underWay: Promise<string | undefined> | undefined

  /** `probe` rejects while the database cannot be used. */
  constructor(probe: () => Promise<unknown>) {
    this.#probe = probe
  }

  /** From now on the process is unready: others are to take its place. */
  stopping(): void {
    this.#stopping = true
  }

  /** Undefined when ready, else why not. Askers at one time share one probe. */
  async check(): Promise<string | undefined> {
    if (this.#stopping) return 'stopping'
    this.#underWay ??= this.#ask().finally(() => (this.#underWay = undefined))
    return this.#underWay
  }

  async #ask(): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('The database did not answer in time.')), PROBE_TIMEOUT_MS)
    })
    try {
      await Promise.race([this.#probe(), late])
      return undefined
    } catch {
      return 'database'
    } finally {
      clearTimeout(timer)
    }
  }
}
