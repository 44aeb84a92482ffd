/** What is done beside requests: events handed to subscribers, jobs, the removal of what nobody needs any more. */
import { ANSWERS } from '../idempotency/claim.js'
import { systemScheduler } from '../internal/clock.js'
import { systemRandom } from '../internal/random.js'
import { addJobWorkers } from '../jobs/job-workers.js'
import { addEventWork } from '../operation/event-work.js'
import { jobRunner } from '../operation/job-run.js'
import type { Connections } from '../postgres/connections.js'
import { Sweeper } from '../postgres/sweeper.js'
import type { EnginePart } from './engine-part.js'
import type { Ground } from './ground.js'
import type { OperationsPart } from './operations-part.js'
import { EVENTS_KEEP_DAYS, HOUR_SECONDS, type Plan } from './plan.js'

export function startBackground(
  plan: Plan,
  { database, background }: Ground,
  { engine, tracing }: EnginePart,
  { cursorKeys, executor }: OperationsPart,
): void {
  const { app, prepared, config, log, services, render } = plan
  startSweeping(plan, database.connections)
  addEventWork(background, {
    engine,
    tracing,
    operations: prepared.operations,
    jobs: prepared.jobs,
    cursorKeys,
    services,
    render,
    log,
    subscribers: app.options.modules.flatMap(({ subscribers }) => subscribers),
    keepSeconds: (app.options.events?.keepDays ?? EVENTS_KEEP_DAYS) * 24 * HOUR_SECONDS,
  })
  addJobWorkers(background, {
    jobs: [...prepared.jobs],
    run: jobRunner(executor, { log, services }),
    tracing,
    placesMax: config.jobsMax,
    drainTimeoutMs: config.drainTimeoutMs,
    log,
  })
  background.start()
}

/** Removes answers when their time is over, and markers of groups when nobody can ask for them any more. */
function startSweeping({ lifecycle, log, keepSeconds }: Plan, connections: Connections): void {
  const sweeper = new Sweeper({
    connections,
    retentions: [
      { table: ANSWERS.name, column: 'created_at', keepSeconds },
      { table: 'keelson.jobs_ended', column: 'keep_until', keepSeconds: 0 },
      { table: 'keelson.groups', column: 'committed_at', keepSeconds: HOUR_SECONDS },
      // Left by processes that died.
      { table: 'keelson.leases', column: 'expires_at', keepSeconds: HOUR_SECONDS },
    ],
    scheduler: systemScheduler,
    random: systemRandom,
    onError: (err) => log.warn({ err }, 'Old rows of Keelson could not be removed.'),
  })
  sweeper.start()
  lifecycle.started('the sweeper', () => sweeper.stop())
}
