/**
 * A solo command inside of a transaction that other code has begun, on its client of `pg`: everything happens behind a
 * savepoint, so that a refusal leaves the transaction as it was. When it ends is up to its owner; the locks are held
 * until then, and the effects exist from then on.
 */
import type pg from 'pg'
import { KeelsonError } from '../../errors.js'
import { ownStream, strangeStream } from '../../internal/enclosure.js'
import type { Statement } from '../../postgres/burst-query.js'
import { Connection, streamOf } from '../../postgres/connection.js'
import { sqlStateOf } from '../../postgres/sqlstate.js'
import type { EffectRows, FlushResult, SoloPlan, SoloSession } from '../port.js'
import { firstError } from './burst.js'
import { sendEffects } from './send-flush.js'
import { undone, type SoloEnding } from './solo-ending.js'
import { lockForSolo } from './solo-locks.js'
import { PostgresSoloSession } from './solo-session.js'

/** Settings in which values print in one form, and how long to wait for locks; the owner's come back at the end. */
const settingsOf = (lockTimeoutMs: number): Readonly<Record<string, string>> => ({
  TimeZone: 'UTC',
  DateStyle: 'ISO',
  IntervalStyle: 'postgres',
  extra_float_digits: '1',
  bytea_output: 'hex',
  lock_timeout: String(lockTimeoutMs),
})

const BEGIN: Statement = { text: 'savepoint keelson_joined' }
const END: Statement = { text: 'release savepoint keelson_joined' }
const BACK: Statement = { text: 'rollback to savepoint keelson_joined' }

/** Throws `invalid_use` where the client is in no transaction that can be joined. */
export async function joinTransaction(
  client: object,
  plan: SoloPlan,
  lockTimeoutMs: number,
): Promise<SoloSession> {
  const stream = streamOf(client as pg.Client)
  if (stream === undefined || !('query' in client)) {
    throw misuse(
      '`client` must be a connected client of `pg`: `new pg.Client(…)`, or one of `pool.connect()`.',
    )
  }
  ownStream(stream)
  const connection = new Connection(client as pg.Client, false)
  const letGo = (): void => {
    connection.letGo()
    strangeStream(stream)
  }
  try {
    const before = await readOwn(connection, Object.keys(settingsOf(lockTimeoutMs)))
    const ending = new JoinedEnding(connection, before, letGo)
    try {
      const { claimed, stored } = await lockForSolo(connection, plan, [
        BEGIN,
        setting(settingsOf(lockTimeoutMs)),
      ])
      return new PostgresSoloSession(connection, ending, plan, claimed, stored)
    } catch (error) {
      await ending.rollback()
      throw error
    }
  } catch (error) {
    letGo()
    throw error
  }
}

type Settings = Readonly<Record<string, string>>

/** What the owner has set. A savepoint tells whether there is a transaction, and whether it can go on. */
async function readOwn(connection: Connection, names: readonly string[]): Promise<Settings> {
  connection.cork()
  const begun = connection.send({ text: 'savepoint keelson_looked' })
  const wanted = ['transaction_isolation', 'transaction_read_only', ...names]
  const read = connection.send({
    text: `select ${wanted.map((name) => `current_setting('${name}')`).join(', ')}`,
  })
  const released = connection.send({ text: 'release savepoint keelson_looked' })
  connection.uncork()
  try {
    await firstError([begun, read, released])
  } catch (error) {
    const state = sqlStateOf(error)
    if (state === '25P01') throw misuse('`client` is in no transaction: send `begin` first.')
    if (state === '25P02') throw misuse('The transaction of `client` has failed already: roll it back.')
    throw state === undefined ? new KeelsonError('database_unavailable', { cause: error }) : error
  }
  const [isolation, readOnly, ...values] = (await read).rows[0] as string[]
  if (isolation !== 'read committed') {
    throw misuse(
      `The transaction of \`client\` is ${isolation}: it sees a moment of the past, on which no command may rest. Begin it as \`read committed\`.`,
    )
  }
  if (readOnly === 'on') throw misuse('The transaction of `client` is read-only.')
  return Object.fromEntries(names.map((name, at) => [name, values[at]!]))
}

/** Values are the names' own or the server's: nothing in them comes from callers. */
const setting = (settings: Settings): Statement => ({
  text: `select ${Object.entries(settings)
    .map(([name, value]) => `set_config('${name}', '${value.replaceAll("'", "''")}', true)`)
    .join(', ')}`,
})

const misuse = (message: string): KeelsonError => new KeelsonError('invalid_use', { message })

class JoinedEnding implements SoloEnding {
  readonly #connection: Connection
  readonly #before: Settings
  readonly #letGo: () => void
  #ended = false

  constructor(connection: Connection, before: Settings, letGo: () => void) {
    this.#connection = connection
    this.#before = before
    this.#letGo = letGo
  }

  /** Writes the effects and leaves the rest to the owner. */
  async commit(effects: readonly EffectRows[]): Promise<FlushResult> {
    const connection = this.#connection
    connection.cork()
    const sent = effects.map((effect) => sendEffects(connection, effect).result as Promise<unknown>)
    sent.push(connection.send(setting(this.#before)), connection.send(END))
    connection.uncork()
    try {
      await firstError(sent)
    } catch (error) {
      await this.rollback()
      return undone(error)
    }
    this.#end()
    return { kind: 'committed' }
  }

  /** Back to where the owner was: its settings come back, what was locked here is free. */
  async rollback(): Promise<void> {
    if (this.#ended) return
    const connection = this.#connection
    connection.cork()
    const sent = [connection.send(BACK), connection.send(END)]
    connection.uncork()
    // Where even that fails there is no transaction any more: its owner will meet that too.
    await Promise.allSettled(sent)
    this.#end()
  }

  #end(): void {
    this.#ended = true
    this.#letGo()
  }
}
