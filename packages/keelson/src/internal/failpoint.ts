/**
 * Places where a proof may end or hold this process, named in the environment:
 *
 *   KEELSON_FAILPOINTS='commit-sent=kill@3,wave-sent=pause:200@10'
 *
 * `kill` is SIGKILL to ourselves, `pause:MS` blocks the process, `@N` acts at the N-th time it is reached (default 1), once.
 * Without the variable a failpoint is one comparison. Each place that is reached says so on standard error when
 * KEELSON_FAILPOINTS_REPORT is set, so that a test can tell that none is dead.
 */

export const FAILPOINTS = [
  /** A command was taken in. */
  'admitted',
  /** Reads of running handlers were sent. */
  'wave-sent',
  /** A group holds its locks. */
  'ordered',
  /** The writes of a group were sent, COMMIT not yet. */
  'flush-sent',
  /** COMMIT was sent. */
  'commit-sent',
  /** The database said that it is committed; nobody was answered yet. */
  'committed',
  /** The members of a group were answered. */
  'answered',
  /** Jobs were claimed; none has begun. */
  'job-claimed',
  /** A job's handler has come to its end; the database was not told yet. */
  'job-applied',
  /** The database knows what became of some jobs. */
  'job-acknowledged',
  /** A subscriber has read events that it is to handle. */
  'event-claimed',
  /** The effects of an event are committed; the subscriber's position is not yet past it. */
  'event-applied',
] as const

export type Failpoint = (typeof FAILPOINTS)[number]

interface Action {
  readonly kind: 'kill' | 'pause'
  readonly pauseMs: number
  /** Times left until it acts. */
  left: number
}

// keelson-ignore environment-without-validation -- Set by the proof and by tests alone; most processes have none.
const environment = process.env['KEELSON_FAILPOINTS']
const isReported = process.env['KEELSON_FAILPOINTS_REPORT'] !== undefined
const actions: ReadonlyMap<string, Action> | undefined =
  environment === undefined && !isReported ? undefined : parseFailpoints(environment ?? '')
const reported = new Set<Failpoint>()

/** Throws where the text is not of the form above, or names no failpoint. */
export function parseFailpoints(text: string): ReadonlyMap<Failpoint, Action> {
  const parsed = new Map<Failpoint, Action>()
  for (const part of text.split(',').filter((part) => part !== '')) {
    const match = /^([a-z-]+)=(kill|pause:(\d+))(?:@([1-9]\d*))?$/.exec(part)
    const name = match?.[1] as Failpoint | undefined
    if (match === null || name === undefined || !FAILPOINTS.includes(name))
      throw new Error(
        `KEELSON_FAILPOINTS: \`${part}\` is not NAME=kill@N or NAME=pause:MS@N, NAME one of ${FAILPOINTS.join(', ')}.`,
      )
    const kind = match[2] === 'kill' ? 'kill' : 'pause'
    parsed.set(name, { kind, pauseMs: Number(match[3] ?? 0), left: Number(match[4] ?? 1) })
  }
  return parsed
}

/** Whether somebody wants to act at this place, or to know that it is reached. */
export const isArmed = (name: Failpoint): boolean =>
  actions !== undefined && (isReported || actions.has(name))

export function failpoint(name: Failpoint): void {
  if (actions !== undefined) reach(name, actions)
}

function reach(name: Failpoint, actions: ReadonlyMap<string, Action>): void {
  if (isReported && !reported.has(name)) {
    reported.add(name)
    process.stderr.write(`failpoint ${name}\n`)
  }
  const action = actions.get(name)
  if (action === undefined || --action.left !== 0) return
  if (action.kind === 'kill') process.kill(process.pid, 'SIGKILL')
  else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, action.pauseMs)
}
