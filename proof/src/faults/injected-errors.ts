/**
 * The database itself fails statements of the service: triggers, for the time of the fault, on the table in which every
 * group leaves its marker. That one is Keelson's own; a trigger on a table of the service would change how it is treated.
 */
import { between, hold } from './choice.js'
import type { Fault } from './fault.js'
import { administer } from './foreign-session.js'

const SCHEMA = 'proof_fault'
const TABLE = 'keelson.groups'

interface Injection {
  /** Bodies in PL/pgSQL, run for some of the groups when their marker is written, and when they commit. */
  readonly atWrite?: string
  readonly atCommit?: string
}

const raise = (state: string, why: string): string =>
  `raise exception 'Injected: ${why}.' using errcode = '${state}'`

const trigger = (name: string, kind: string, body: string): string => `
  create function ${SCHEMA}.${name}() returns trigger language plpgsql as $body$
  begin ${body}; return new; end $body$;
  create ${kind} execute function ${SCHEMA}.${name}();`

const remove = `drop schema if exists ${SCHEMA} cascade`

/** `$$` in the bodies would end them; there is none. The service's role may run functions without seeing their schema. */
function install({ atWrite, atCommit }: Injection, percent: number): string {
  // Of the marker, so that both triggers choose the same groups.
  const chosen = (body: string): string =>
    `if abs(hashtext(new.id::text)) % 100 < ${percent} then ${body}; end if`
  const before = `trigger proof_fault_write before insert on ${TABLE} for each row`
  const deferred = `constraint trigger proof_fault_commit after insert on ${TABLE} deferrable initially deferred for each row`
  return [
    `${remove}; create schema ${SCHEMA}; grant usage on schema ${SCHEMA} to public;`,
    atWrite === undefined ? '' : trigger('at_write', before, chosen(atWrite)),
    atCommit === undefined ? '' : trigger('at_commit', deferred, chosen(atCommit)),
  ].join('\n')
}

const injected = (name: string, what: string, choose: (random: () => number) => Injection): Fault => ({
  name,
  what,
  part: 'sessions',
  async run(world, random) {
    const percent = between(random, 20, 80)
    try {
      await administer(world, install(choose(random), percent))
      await hold(world, random)
    } finally {
      await administer(world, remove)
    }
  },
})

const failing = (name: string, state: string, why: string): Fault =>
  injected(name, `Many groups fail with ${state} (${why}), some of them only at COMMIT.`, (random) =>
    random() < 0.5 ? { atWrite: raise(state, why) } : { atCommit: raise(state, why) },
  )

export const INJECTED_ERRORS: readonly Fault[] = [
  failing('injected-40001', '40001', 'serialization failure'),
  failing('injected-40P01', '40P01', 'deadlock'),
  injected('statement-timeout', 'Many groups exceed their statement timeout (57014) at COMMIT.', () => ({
    // For the statements that follow in this transaction.
    atWrite: `perform set_config('statement_timeout', '20', true)`,
    atCommit: 'perform pg_sleep(0.2)',
  })),
]
