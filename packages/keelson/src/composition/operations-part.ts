/** Operations that can be executed, and who may: keys, cursors, the pipeline, the executor without HTTP. */
import type { Authenticate } from '../auth/authenticator.js'
import { keyAuthenticator } from '../auth/authenticator.js'
import { KeyMemory } from '../auth/key-memory.js'
import { KeyStore } from '../auth/key-store.js'
import { ownScheme } from '../auth/own-scheme.js'
import { readerOf } from '../engine/reader.js'
import { newRequestId } from '../http/request-id.js'
import { systemScheduler } from '../internal/clock.js'
import { CursorKeys } from '../operation/cursor-keys.js'
import { LocalExecutor } from '../operation/execute.js'
import { Pipeline } from '../operation/pipeline.js'
import type { EnginePart } from './engine-part.js'
import type { Ground } from './ground.js'
import { AUTHENTICATION_MS, now, type Plan } from './plan.js'

export interface OperationsPart {
  readonly keys: KeyStore
  readonly cursorKeys: CursorKeys
  readonly pipeline: Pipeline
  readonly executor: LocalExecutor
  readonly authenticate: Authenticate
}

export function openOperations(
  plan: Plan,
  { database, tables }: Ground,
  { engine, waves, noteCommand, tracing }: EnginePart,
): OperationsPart {
  const { app, prepared, services, render, log } = plan
  const { connections } = database
  const keys = new KeyStore(connections)
  const cursorKeys = new CursorKeys({
    connections,
    now,
    onError: (err) => log.warn({ err }, 'Newer keys of cursors could not be looked for.'),
  })
  const pipeline = new Pipeline({
    engine,
    noteCommand,
    openReader: readerOf(waves, tables, database.readerConnections),
    cursorKeys,
    operations: prepared.operations,
    jobs: prepared.jobs,
    services,
    render,
    groupKey: app.options.auth?.groupKey,
    log,
    now,
  })
  const executor = new LocalExecutor(prepared.operations, pipeline, newRequestId, () => tracing?.active())
  return { keys, cursorKeys, pipeline, executor, authenticate: authenticateOf(plan, keys) }
}

/** The application's own scheme, or API keys. */
function authenticateOf({ app, lifecycle, log }: Plan, keys: KeyStore): Authenticate {
  const { authenticate, timeoutMs = AUTHENTICATION_MS } = app.options.auth ?? {}
  if (authenticate !== undefined) return ownScheme(authenticate, { timeoutMs, scheduler: systemScheduler })
  const memory = new KeyMemory({
    keys: { find: (hashes) => keys.find(hashes), touch: (ids) => keys.touch(ids) },
    scheduler: systemScheduler,
    nowMs: () => performance.now(),
    onError: (err) => log.warn({ err }, 'What is known of keys could not be refreshed.'),
  })
  lifecycle.started('the memory of keys', () => memory.stop())
  return keyAuthenticator(memory)
}
