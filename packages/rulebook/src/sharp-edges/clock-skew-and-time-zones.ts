/** Clock skew and time zones. */
import type { SharpEdge } from '../entry.js'

export const clockSkewAndTimeZones: SharpEdge = {
  kind: 'sharp-edge',
  id: 'clock-skew-and-time-zones',
  title: 'Clock skew and time zones',
  severity: 'medium',
  why: 'Clocks of two machines never agree, and wall-clock time repeats an hour each autumn. Code that compares times of different machines, or stores local time without its zone, is right until the clock is stepped, the server moves to UTC, or a customer in Auckland books for tomorrow.',
  symptoms: [
    'Everything is off by one or two hours since Sunday',
    'Token used before issued, iat in the future',
    'The nightly job ran twice or not at all when the clocks changed',
    'Events are in the wrong order, the reply before the question',
    'Birthdays are a day early',
    'The lease expired although the worker had just renewed it',
  ],
  mechanism:
    '`timestamp` without time zone stores digits: who writes and who reads decide by their own zone what they mean. pg parses it in the zone of the process. A `date` that becomes a JavaScript Date becomes midnight somewhere. `Date.now()` jumps when NTP steps; durations that are measured with it may be negative. The last writer by time stamp is the one whose clock is ahead, not the one who came last.',
  confirm: [
    "`select table_name, column_name from information_schema.columns where data_type = 'timestamp without time zone' and table_schema not in ('pg_catalog', 'information_schema')`.",
    "`select now(), current_setting('TimeZone')` beside `new Date().toISOString()` and `process.env.TZ` of each host: seconds apart is skew, whole hours are zones.",
    '`chronyc tracking` or `timedatectl timesync-status` for the offset.',
    'Run the tests under `TZ=Pacific/Auckland` and `TZ=America/New_York`.',
  ],
  wayOut: [
    'Stop the bleeding: mend NTP on the host that is off; allow a leeway of 30 to 60 s for tokens; set TZ=UTC everywhere.',
    "Instants are `timestamptz` in UTC, on the wire ISO 8601 with offset. Convert: `alter column … type timestamptz using at at time zone 'Europe/Berlin'` (a rewrite unless the zone of the session is UTC).",
    'Future appointments are local time and zone name, since rules change; days are `date`, kept as text in JavaScript.',
    'One clock for one decision: leases, expiry, ordering by the database’s `now()` or `clock_timestamp()`, never by those of several hosts.',
    'Durations by `performance.now()` or `process.hrtime`.',
    'Order by sequence, version or commit position, never by time. Keelson’s leases are judged by the database’s clock, and its proof lets clocks jump.',
  ],
  numbers: [
    'A leeway of no more than a few minutes is what JWT allows for clock skew [RFC 7519, section 4.1.4].',
    'timestamptz takes 8 bytes, as timestamp does, with a resolution of 1 microsecond [PostgreSQL manual, 8.5 Date/Time Types].',
    'chrony and ntpd keep hosts within 1 to 10 ms over the internet; ntpd steps above 128 ms [ntpd documentation, tinker step].',
  ],
  siblings: ['zombie-worker-acknowledging-late', 'refresh-token-race', 'money-in-floats'],
  covers: ['clock skew and time zones'],
  wrong: {
    language: 'ts',
    stack: 'node-postgres',
    text: `await pool.query('create table bookings (id int primary key, starts timestamp)')
const isExpired = lease.expiresAt.getTime() < Date.now() // written by another host's clock
const tookMs = Date.now() - startedAt`,
  },
  right: {
    language: 'ts',
    stack: 'node-postgres',
    text: `await pool.query(\`create table bookings (
  id int primary key,
  starts_local timestamp not null, -- as the customer said it …
  zone text not null,              -- … 'Pacific/Auckland'
  booked_at timestamptz not null default now())\`)
const { rows } = await pool.query('select expires_at < now() as expired from leases where id = $1', [id])
const tookMs = performance.now() - startedAt`,
  },
}
