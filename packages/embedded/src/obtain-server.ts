/**
 * From a cluster to a server that answers: the one that an earlier run left, else a new one. Two accidents are met by
 * trying again: a port that someone took after we saw it free, and processes of a killed run that we did not see, or
 * that have not noticed its end yet.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { DISK_FULL_TEXT, diskFull, EmbeddedError } from './errors.js'
import type { Home } from './home.js'
import { takeOverOrphan, type OrphanQuestion } from './orphan.js'
import { freePort, isPortFree } from './port.js'
import type { ProcessIdentity } from './process-identity.js'
import { awaitReady } from './readiness.js'
import { launch, stopServer, type Launch } from './server.js'
import { readLog, reasonIn } from './server-log.js'

export interface ServerQuestion extends Omit<Launch, 'port'>, OrphanQuestion {
  /** The port that the caller insists on. */
  readonly fixedPort: number | undefined
  /** The port to take if it is free. */
  readonly preferredPort: number | undefined
  /** Called before each launch: no server runs then. */
  readonly prepare: () => Promise<void>
}

export interface Server {
  readonly identity: ProcessIdentity
  readonly port: number
  readonly origin: 'started' | 'adopted'
}

const READY_MS = 60_000
const PORT_ATTEMPTS_MAX = 5
const REMAINS_MS = 20_000
const REMAINS_POLL_MS = 50

const PORT_TAKEN = /Address already in use|could not bind|could not create any TCP\/IP sockets/
const REMAINS = /pre-existing shared memory block|lock file "postmaster.pid" already exists/

/** A server that is ready. Throws an EmbeddedError, and then no server is left. */
export async function obtainServer(question: ServerQuestion): Promise<Server> {
  let preferred = question.preferredPort
  let deadline: number | undefined
  for (let portAttempt = 1; ;) {
    const orphan = await takeOverOrphan(question)
    if (orphan !== undefined) return { ...orphan, origin: 'adopted' }
    await question.prepare()
    const port = await choosePort(question.fixedPort, preferred)
    const outcome = await startOn(port, question)
    if (typeof outcome !== 'string') return outcome
    if (PORT_TAKEN.test(outcome) && question.fixedPort === undefined && portAttempt++ < PORT_ATTEMPTS_MAX) {
      preferred = undefined
    } else if (REMAINS.test(outcome) && performance.now() < (deadline ??= performance.now() + REMAINS_MS)) {
      await delay(REMAINS_POLL_MS)
    } else throw explain(outcome, question.home)
  }
}

/** The ready server, or what the log says of its end. */
async function startOn(port: number, question: ServerQuestion): Promise<Server | string> {
  const { home, binaries, addressOn, progress } = question
  const { identity, logBegin } = await launch({ ...question, port })
  if (identity === undefined) return await readLog(home.log, logBegin)
  try {
    const readiness = await awaitReady(identity, addressOn(port), READY_MS, progress)
    if (readiness === 'ready') return { identity, port, origin: 'started' }
    if (readiness === 'ended') return await readLog(home.log, logBegin)
  } catch (error) {
    await stopServer(identity, home, binaries)
    throw error
  }
  await stopServer(identity, home, binaries)
  const message = `Postgres did not answer on port ${port} for ${READY_MS / 1000} s and was ended. Its log is ${home.log}.`
  throw new EmbeddedError('start_failed', message)
}

async function choosePort(fixed: number | undefined, preferred: number | undefined): Promise<number> {
  if (fixed === undefined) return await freePort(preferred)
  if (await isPortFree(fixed)) return fixed
  const todo = 'Stop what uses it, or leave the port out of the settings to have a free one chosen.'
  throw new EmbeddedError('start_failed', `Port ${fixed} on 127.0.0.1 is taken. ${todo}`)
}

function explain(log: string, home: Home): EmbeddedError {
  if (DISK_FULL_TEXT.test(log)) return diskFull(home.path)
  const said = reasonIn(log) || 'nothing'
  const message = `Postgres did not start on ${home.data}. It said: ${said}. Its log is ${home.log}.`
  return new EmbeddedError('start_failed', message)
}
