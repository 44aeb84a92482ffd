/**
 * A contender: a service that can be started on a database of its own and answers the shop's contract, or only
 * `/hello`. Each runs as its own process; this file is all the race knows of it.
 */

interface StartSettings {
  readonly databaseUrl: string
  readonly port: number
  readonly token: string
}

interface Launch {
  /** A Node program and its arguments. */
  readonly program: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

export interface Contender {
  readonly name: string
  /** `shop`: the works of the shop, on a database. `hello`: `GET /hello`, without one.
   * `isolation`: the works of `src/isolation`.
   */
  readonly face: 'shop' | 'hello' | 'isolation'
  /** Answers 200 as soon as the service can serve. */
  readonly readyPath: string
  launch(settings: StartSettings): Launch
  /** Only with the face `shop`. */
  readonly shop?: ShopSide
}

export interface ShopSide {
  /** Its tables of events and of answers under idempotency keys, for the checks. */
  readonly events: string
  readonly answers: string
  /** Makes all tables in an empty database, and whatever lets the returned token in. */
  prepare(databaseUrl: string): Promise<{ readonly token: string }>
}

/** A path from the root of the repository; this file runs from benchmarks/dist/src/contenders. */
export const repositoryPath = (path: string): URL => new URL(`../../../../${path}`, import.meta.url)
