/** Premature microservices. */
import type { SharpEdge } from '../entry.js'

export const prematureMicroservices: SharpEdge = {
  kind: 'sharp-edge',
  id: 'premature-microservices',
  title: 'Premature microservices',
  severity: 'medium',
  why: 'Splitting a system before its boundaries are known turns function calls into networks and transactions into sagas, and fixes the wrong boundaries in contracts, pipelines and teams. A team of five then runs fifteen services, and each feature changes four of them in the right order.',
  symptoms: [
    'A feature needs changes in four services',
    'Services must be deployed together',
    'Data is inconsistent between services',
    'Nobody can run the system on a laptop',
    'More time for pipelines than for features',
    'Shared database or shared library couples everything',
  ],
  mechanism:
    'The boundary is drawn along nouns before anyone knows what changes together. What was a join is a call in a loop; what was COMMIT is eventual. Each service needs a pipeline, monitoring, on-call, versions of its contract. To go on at all, services share a database or a "common" library, and are a monolith with latency.',
  confirm: [
    'Of the last 20 features: how many touched more than one service? Above a third the boundary is wrong.',
    'Services per engineer; services that have never been deployed alone.',
    'Calls per request (trace), and chains deeper than two.',
    'Tables which more than one service writes.',
  ],
  wayOut: [
    'Stop the bleeding: no new services; what always changes together goes into one repository and one release.',
    'Merge services which share data: first the process, then the schema; keep the modules.',
    'A modular monolith: modules own their tables, talk by functions and events, direction checked in CI.',
    'Split out what has a reason: another scale, other availability, other security, another team. One at a time, by outbox and idempotent consumers.',
    'Own data, no shared tables, contract tests.',
    'Keelson is made for that: modules in one process, `http` and `worker` roles to scale apart, events by outbox.',
  ],
  numbers: [
    'Almost all successful microservice systems began as a monolith that was broken up: rule of 1 first [Martin Fowler, MonolithFirst, 2015].',
    'A call in the process takes nanoseconds, one in the zone about 0.5 ms: a factor of 10^5 or more [Jeff Dean, Numbers everyone should know].',
  ],
  siblings: ['synchronous-chain-of-services', 'god-service', 'dual-write-to-broker'],
  covers: ['premature microservices'],
  wrong: {
    language: 'yaml',
    stack: 'docker compose',
    text: `services:
  orders: { build: ./orders, environment: { DATABASE_URL: postgres://db/shop } }
  order-lines: { build: ./order-lines, environment: { DATABASE_URL: postgres://db/shop } }
  prices: { build: ./prices, environment: { DATABASE_URL: postgres://db/shop } }
  gateway: { build: ./gateway, depends_on: [orders, order-lines, prices] }`,
  },
  right: {
    language: 'yaml',
    stack: 'docker compose',
    text: `services:
  # One code base with modules; the roles scale apart.
  api: { build: ., command: node dist/main.js --roles http, deploy: { replicas: 3 } }
  worker: { build: ., command: node dist/main.js --roles worker, deploy: { replicas: 2 } }`,
  },
}
