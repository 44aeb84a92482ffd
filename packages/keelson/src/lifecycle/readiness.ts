/** Whether this process should be sent requests: it is not stopping, its database answers, and is migrated. */

/** Longer than this and the database counts as gone. */
export const PROBE_TIMEOUT_MS = 2000

export class DatabaseReadiness {
  readonly #probe: () => Promise<string | undefined>
  #stopping = false
  #underWay: Promise<string | undefined> | undefined

  /** `probe` gives a reason why the database cannot be used, and rejects while it cannot be reached. */
  constructor(probe: () => Promise<string | undefined>) {
    this.#probe = probe
  }

  /** From now on the process is unready: others are to take its place. */
  stopping(): void {
    this.#stopping = true
  }

  /** Undefined when ready, else why not: `stopping`, `database`, `migrations`. Askers at one time share one probe. */
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
      return await Promise.race([this.#probe(), late])
    } catch {
      return 'database'
    } finally {
      clearTimeout(timer)
    }
  }
}
