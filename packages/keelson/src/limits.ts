/**
 * Every bound there is, in one table: what is bounded, its default, and what happens there. The numbers are those that the
 * code works with. docs/limits.md is the same table in prose, and a test keeps the two equal.
 */
import { ADDRESSES_MAX, SCOPES_MAX } from './auth/key-grant.js'
import { BELIEVED_MS, REFRESH_MS, REMEMBERED_MAX, TOUCH_MS } from './auth/key-memory.js'
import { WAITING_MAX } from './auth/key-queries.js'
import { LISTED_MAX, OVERLAP_MS } from './auth/key-store.js'
import { readConfig } from './config/config.js'
import { AUTHENTICATION_MS, EVENTS_KEEP_DAYS, HOUR_SECONDS, KEEP_SECONDS } from './composition/plan.js'
import { DEFERRALS_MAX, TURNS_MAX } from './engine/acceptance.js'
import { ENGINE_LIMITS as ENGINE } from './engine/engine-options.js'
import { VALUES_MAX as UNIQUE_VALUES_MAX } from './engine/footprint.js'
import { OFFSET_MAX, PAGE_ROWS_MAX } from './engine/page.js'
import { TRY_MS } from './engine/postgres-store/fate.js'
import { HASTE_MS } from './engine/postgres-store/solo-locks.js'
import { STORE_LIMITS as STORE } from './engine/postgres-store/store.js'
import { KEYS_MAX, LIST_ROWS_DEFAULT_MAX, LIST_ROWS_MAX } from './engine/reads.js'
import { GRACE_MS as REHEARSAL_MS } from './engine/rehearsal.js'
import { TOGETHER_MAX } from './engine/slow-lane.js'
import { WAVES_MAX } from './engine/wave-count.js'
import { IN_FLIGHT_MAX, LONG_MS, WAVE_READS_MAX } from './engine/waves.js'
import { EVENTS_MAX, LOOK_EVERY_MS } from './events/mover.js'
import { EVERY_MS as PARTITIONS_MS, LOCK_MS, SIZE, SIZE_MAX } from './events/partitions.js'
import { RETRY_MAX_MS, RETRY_MS } from './events/failed-try.js'
import { BATCH_EVENTS, PAGE_EVENTS } from './events/subscription.js'
import { COMPRESSED_BYTES_MIN } from './http/compression.js'
import { LINGER_MS } from './http/drain.js'
import { BODY_BYTES_MAX, HTTP_LIMITS as HTTP } from './http/server.js'
import { LOOK_MS as STALLED_LOOK_MS } from './http/stalled.js'
import { bytes, count, time } from './internal/amounts.js'
import { LENGTH_MAX, RANDOM_BITS_MIN } from './idempotency/key.js'
import { BATCH as OUTCOMES_MAX } from './jobs/acknowledger.js'
import { DELAY_MAX_MS, INPUT_BYTES_MAX } from './jobs/enqueued.js'
import { GRACE_MS as JOB_GRACE_MS, SHARE } from './jobs/job-worker.js'
import { RETRY, TIMEOUT_MS as JOB_MS } from './jobs/job.js'
import { KEEP_SECONDS as JOBS } from './jobs/outcome.js'
import { PROBE_TIMEOUT_MS } from './lifecycle/readiness.js'
import { TIMEOUT_MS as SUBSCRIBER_MS } from './operation/delivery.js'
import { VALUES_MAX as FILTER_VALUES_MAX } from './operation/filter.js'
import { FIELDS_MAX } from './operation/input-errors.js'
import { CALL_DEPTH_MAX } from './operation/invocation.js'
import { CURSOR_LENGTH_MAX } from './operation/page.js'
import { ATTEMPTS_MAX } from './operation/subscriber.js'
import { ANSWER_TIMEOUT_MS } from './postgres/connections.js'
import { FIRST_MS, LONGEST_MS } from './postgres/plan-renewal.js'
import { BATCH_ROWS } from './postgres/sweeper.js'
import { KEEP_SECONDS_MIN } from './composition/prepare.js'
import { SAMPLE_TIMEOUT_MS } from './telemetry/metrics.js'
import { CONNECTIONS_MAX } from './work/background.js'
import { LEASE_MS } from './work/lease.js'
import { TELL_EVERY_MS } from './work/wake-up-line.js'

export interface Limit {
  readonly what: string
  readonly value: string
  /** What happens there. */
  readonly effect: string
}

const limit = (what: string, value: string, effect: string): Limit => Object.freeze({ what, value, effect })

const CONFIG = readConfig({})

export const LIMITS: readonly Limit[] = Object.freeze([
  limit('commands under way in a process', count(ENGINE.commandsMax), '503 `overloaded`'),
  limit('groups under way in a process', count(ENGINE.groupsMax), 'further members wait for a slot'),
  limit(
    'members, rows of a group',
    `${count(ENGINE.membersMax)}, ${count(ENGINE.rowsMax)}`,
    'the rest goes into the next group',
  ),
  limit(
    'unique values locked by a group one by one',
    count(UNIQUE_VALUES_MAX),
    'their table is written by this group alone meanwhile',
  ),
  limit('times a member is put off', count(DEFERRALS_MAX), 'then it runs solo'),
  limit(
    'solo commands under way',
    'one less than their connections',
    "they queue; those that would wait for each other's tables, one after the other",
  ),
  limit(
    'wait for a lock of a solo command that may touch new tables',
    `${HASTE_MS} ms`,
    'again, with all tables of the application guarded',
  ),
  limit(
    'turns of the event loop for a repeated run in a group',
    count(TURNS_MAX),
    'it waits for something: it goes to the slow lane',
  ),
  limit(
    'time of all repeated runs of a group',
    time(ENGINE.rerunBudgetMs),
    'the rest goes into the next group, unharmed',
  ),
  limit('groups of the slow lane under way', count(ENGINE.slowGroupsMax), 'further members wait for a slot'),
  limit(
    'members of such a group: those that wait under their locks, on different rows',
    count(TOGETHER_MAX),
    'the rest goes into the next one; a member whose list takes long goes alone',
  ),
  limit('time that such a member may run while it holds locks', time(ENGINE.slowRunMs), 'it runs solo'),
  limit(
    'waves of one shape that a command makes',
    count(WAVES_MAX),
    '`too_many_waves` in development and tests, counted in production',
  ),
  limit(
    'wait for the first request with the same key',
    time(ENGINE.claimWaitMs),
    '409 `idempotency_in_progress`',
  ),
  limit('a command while the database fails', time(ENGINE.patienceMs), '503 `database_unavailable`'),
  limit(
    'asking what became of a lost COMMIT',
    `${time(ENGINE.resolveMs)}, ${time(TRY_MS)} a try`,
    '503 `outcome_unknown`',
  ),
  limit(
    'second run of a handler, in development',
    `the time of the first and ${time(REHEARSAL_MS)}`,
    'it is given up, the command goes on',
  ),
  limit(
    'reads of one shape in a wave, waves under way',
    `${count(WAVE_READS_MAX)}, ${IN_FLIGHT_MAX}`,
    `the rest goes into the next wave; a shape that took ${LONG_MS} ms has one under way, and such shapes leave a connection to the others`,
  ),
  limit(
    '`list` without `limit`, highest `limit`',
    `${count(LIST_ROWS_DEFAULT_MAX)}, ${count(LIST_ROWS_MAX)} rows`,
    '`invalid_use` rather than a silent cut',
  ),
  limit(
    '`page` limit, offset',
    `${count(PAGE_ROWS_MAX)}, ${count(OFFSET_MAX)} rows`,
    '`invalid_use`; `pageInput` takes a limit up to 100 (`limitMax`), and answers 400 beyond',
  ),
  limit(
    'cursor',
    `${count(CURSOR_LENGTH_MAX)} characters, valid 60 to 90 days`,
    '`invalid_use` where one would be longer; 400 `invalid_cursor`',
  ),
  limit('values of a filter by `oneOf`', count(FILTER_VALUES_MAX), '400 `invalid_input`'),
  limit('keys of `getMany`, parents of `children`', count(KEYS_MAX), '`invalid_use`'),
  limit('`updateWhere`, `deleteWhere`', '`rowsMax`, required', '`invalid_use`'),
  limit('calls within calls (`tx.call`)', count(CALL_DEPTH_MAX), '`invalid_use`'),
  limit(
    'lock, statement, idle time in a transaction',
    `${time(STORE.lockTimeoutMs)}, ${time(STORE.statementTimeoutMs)}, ${time(STORE.idleTimeoutMs)}`,
    'tried again, then 503',
  ),
  limit('answer of the database to a burst', time(ANSWER_TIMEOUT_MS), 'the connection counts as lost'),
  limit(
    'connections of a process',
    `${CONFIG.databasePoolMax} (\`DATABASE_POOL_MAX\`, at least 9)`,
    'borrowers wait',
  ),
  limit(
    'further ones: for background work, for wake-ups',
    `${CONNECTIONS_MAX}, 1`,
    'its rounds wait for each other',
  ),
  limit(
    'events of one look of the mover, looks',
    `${count(EVENTS_MAX)}, one in ${time(LOOK_EVERY_MS)}`,
    'the rest comes with the next look',
  ),
  limit(
    'events of a subscriber under way, of them in one commit',
    `${count(PAGE_EVENTS)}, ${BATCH_EVENTS}`,
    'the next page follows; where one of the eight fails, each goes alone',
  ),
  limit("time of a subscriber's handler", time(SUBSCRIBER_MS), 'it counts as failed'),
  limit(
    'tries of an event',
    `${ATTEMPTS_MAX} (\`retry.attemptsMax\`), ${time(RETRY_MS)} to ${time(RETRY_MAX_MS)} apart`,
    'its key is parked: `keelson events parked`',
  ),
  limit(
    'events of parked keys',
    '',
    'kept until they are retried or skipped: they grow with what comes for these keys',
  ),
  limit(
    'events are kept',
    `${EVENTS_KEEP_DAYS} days (\`events.keepDays\`), and until every subscriber has passed`,
    `they leave by ranges of 2^${Math.log2(SIZE)} to 2^${Math.log2(SIZE_MAX)} numbers, so that the last range stays`,
  ),
  limit(
    'wait for a lock to add or drop a range of events',
    `${LOCK_MS} ms`,
    `again after ${time(PARTITIONS_MS)}; commands that emit wait for so long`,
  ),
  limit('wait for the work of a process that died', time(LEASE_MS), 'its lease runs out, another takes over'),
  limit(
    'jobs that run at once in a process',
    `${CONFIG.jobsMax} (\`KEELSON_JOBS_MAX\`)`,
    `the rest waits for a place; one kind takes at most ${SHARE * 100} % of them`,
  ),
  limit('input of a job, as JSON', bytes(INPUT_BYTES_MAX), '`invalid_use` when it is handed over'),
  limit(
    'attempts of a job, time of one',
    `${RETRY.attemptsMax}, ${time(JOB_MS)} (by declaration)`,
    'it is dead: listed until it is retried or discarded',
  ),
  limit(
    'wait between attempts',
    `${time(RETRY.delayMs)}, doubling to ${time(RETRY.delayMaxMs)}, half of it at random (by declaration)`,
    '',
  ),
  limit('wait of `enqueue` (`delayMs`)', time(DELAY_MAX_MS), '`invalid_use`'),
  limit(
    'time of a handler to end after its time',
    time(JOB_GRACE_MS),
    'the attempt has failed; what the handler still does counts for nothing',
  ),
  limit('outcomes told to the database at once', count(OUTCOMES_MAX), 'the rest goes with the next'),
  limit(
    'jobs kept after their end: done; cancelled, discarded',
    `${time(JOBS.done * 1000)}; ${time(JOBS.cancelled * 1000)}`,
    'removed in batches; dead ones stay',
  ),
  limit(
    'NOTIFY of a process',
    `one in ${time(TELL_EVERY_MS)}`,
    'what is signalled meanwhile goes with the next',
  ),
  limit(
    'age of a plan that a connection keeps',
    `${time(FIRST_MS)} at first, doubling to ${time(LONGEST_MS)}`,
    'the server plans the statement anew',
  ),
  limit('body of a request', `${bytes(BODY_BYTES_MAX)} (\`http.bodyBytesMax\`)`, '413 `body_too_large`'),
  limit('body of a `route`', 'its `bodyBytesMax`, else as above', '413 `body_too_large`'),
  limit('depth of a JSON body', `${HTTP.jsonDepthMax} (\`http.jsonDepthMax\`)`, '400 `invalid_json`'),
  limit(
    'headers with the address',
    `${bytes(HTTP.headersBytesMax)} (\`http.headersBytesMax\`)`,
    '431 `headers_too_large`',
  ),
  limit(
    'address, one parameter of its path',
    `${count(HTTP.urlLengthMax)} characters (\`http.urlLengthMax\`), ${HTTP.parameterLengthMax}`,
    '414 `uri_too_long`',
  ),
  limit(
    'time in which headers arrive, the whole request',
    `${time(HTTP.headersArrivalMs)}, ${time(HTTP.arrivalMs)} (\`http.headersArrivalMs\`, \`http.arrivalMs\`), noticed within a second`,
    '408 `request_timeout`, the connection ends',
  ),
  limit(
    'time in which a client takes nothing of an answer that waits for it',
    `${time(HTTP.stalledMs)} (\`http.stalledMs\`), noticed within ${time(STALLED_LOOK_MS)}`,
    'the connection is reset',
  ),
  limit(
    'connections of clients to a process',
    `${count(HTTP.connectionsMax)} (\`http.connectionsMax\`)`,
    'those beyond are closed unserved; the log says so, once a minute at most',
  ),
  limit('wrong fields that an answer names', count(FIELDS_MAX), 'the others come with the next request'),
  limit('answers that are compressed', `from ${bytes(COMPRESSED_BYTES_MIN)}`, 'shorter ones go as they are'),
  limit(
    'time of a request',
    `${time(HTTP.timeoutMs)} (\`http.timeoutMs\`, \`timeoutMs\` of the operation)`,
    '504 `timeout`; a command that was begun still comes to its end',
  ),
  limit(
    '`Idempotency-Key`',
    `${LENGTH_MAX} characters; of callers who are not signed in, at least ${RANDOM_BITS_MIN} random bits`,
    '400 `invalid_idempotency_key`',
  ),
  limit(
    'answers kept by key, markers of groups',
    `${time(KEEP_SECONDS * 1000)} (\`idempotency.keepSeconds\`, at least ${KEEP_SECONDS_MIN}), ${time(HOUR_SECONDS * 1000)}`,
    `removed in batches of ${count(BATCH_ROWS)}`,
  ),
  limit(
    'keys that a process remembers, requests that wait for unknown ones',
    `${count(REMEMBERED_MAX)}, ${count(WAITING_MAX)}`,
    'the one met first is asked for again; 503 `overloaded`',
  ),
  limit(
    'what is known of a key',
    `${time(BELIEVED_MS)}, refreshed every ${time(REFRESH_MS)} while it is used`,
    'it is asked for again; what was revoked is refused',
  ),
  limit('last use of a key', `written once in ${time(TOUCH_MS)}`, 'it is known to about that'),
  limit('scopes, addresses of a key', `${SCOPES_MAX}, ${ADDRESSES_MAX}`, 'it is not made'),
  limit('keys that `keelson keys list` shows', count(LISTED_MAX), 'the newest ones'),
  limit('a rotated key goes on working', `${time(OVERLAP_MS)} (\`--overlap\`)`, '401 `unauthenticated`'),
  limit(
    "`authenticate` of one's own",
    `${time(AUTHENTICATION_MS)} (\`auth.timeoutMs\`)`,
    '503 `authentication_unavailable`; nothing is executed',
  ),
  limit(
    'readiness, metrics: answer of the database',
    `${time(PROBE_TIMEOUT_MS)}, ${time(SAMPLE_TIMEOUT_MS)}`,
    'unready; what it would have told is left out',
  ),
  limit(
    'a stopping process takes new connections',
    `1 s under \`keelson start\` (\`KEELSON_DRAIN_DELAY_MS\`)`,
    'they are refused',
  ),
  limit(
    'open connections are waited for, to send another request',
    `${LINGER_MS} ms`,
    'idle ones are closed',
  ),
  limit(
    'requests and jobs under way at the stop',
    `${time(CONFIG.drainTimeoutMs)} (\`KEELSON_DRAIN_TIMEOUT_MS\`)`,
    'they are cut off; jobs are handed back',
  ),
])
