import type { Pattern } from '../entry.js'

export const apiVersioning: Pattern = {
  kind: 'pattern',
  id: 'api-versioning',
  title: 'API versioning with Deprecation and Sunset',
  why: 'Once somebody depends on a field, removing it is an outage of theirs that you cause. Most change need not break: fields are added, inputs become optional. For what must break there is a new version beside the old one, a date that machines can read on every old answer, and a count of who still calls it; without these the old version lives for ever or dies on somebody.',
  when: 'From the first client that you do not deploy together with the server, mobile applications above all. Do not version what can be made additive, and do not version internals whose callers you change in the same commit.',
  steps: [
    'Settle what is compatible: new optional input, new output field, new endpoint. Incompatible: removal, renaming, a narrower input, a wider enum in an output, another meaning or default.',
    'Put the major version into the path (`/v1`). It is visible in logs, caches and documentation; a header does the same with more ways to forget it.',
    'Hold the contract in CI: compare the OpenAPI document with the released one and fail on a breaking difference.',
    'Build the new version beside the old; translate old to new at the edge, so that one core serves both.',
    'Announce on each old answer: `Deprecation` with the date since when, `Sunset` with the date when it ends, `Link` to the guide.',
    'Count calls of the old version by client; write to those who remain; before the end switch it off for minutes at announced times.',
    'After the date answer 410 with a link, not 404.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson: two operations over one core, headers declared with the operation',
    text: `import { pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { anyone, query, rowSchema, type Reads } from 'keelson'
import { z } from 'zod'

export const people = pgTable('people', {
  id: uuid().primaryKey(),
  givenName: text().notNull(),
  familyName: text().notNull(),
})
const Id = z.object({ id: z.uuid() })

const personOf = (db: Reads, id: string) => db.require(people, id)

/** RFC 9745: a date of structured fields; RFC 8594: an HTTP date. */
const RETIRING = {
  Deprecation: () => '@' + Date.UTC(2027, 0, 1) / 1000,
  Sunset: () => new Date(Date.UTC(2027, 6, 1)).toUTCString(),
  Link: () => '<https://api.example/guides/v2>; rel="deprecation"',
}

/** One name was never enough: version 2 has two, version 1 is translated at the edge. */
export const personV1 = query('people.getV1', {
  http: { get: '/v1/people/:id', headers: RETIRING },
  input: Id,
  output: z.object({ id: z.uuid(), name: z.string() }),
  allow: anyone,
  async run({ input, db, request, log }) {
    log.info({ client: request.header('user-agent') }, 'people.getV1 is still used')
    const { id, givenName, familyName } = await personOf(db, input.id)
    return { id, name: givenName + ' ' + familyName }
  },
})

export const personV2 = query('people.get', {
  http: { get: '/v2/people/:id' },
  input: Id,
  output: rowSchema(people),
  allow: anyone,
  run: ({ input, db }) => personOf(db, input.id),
})`,
  },
  byHand: {
    language: 'ts',
    stack: 'Express 5',
    text: `import { Router, type RequestHandler } from 'express'

interface Retirement {
  readonly since: Date
  readonly endsAt: Date
  readonly guide: string
  readonly count: (client: string, route: string) => void
}

/** Before all routes of an old version: says so on each answer, counts who still calls, ends when it is time. */
export function retiring({ since, endsAt, guide, count }: Retirement): RequestHandler {
  return (request, response, next) => {
    response.set({
      Deprecation: '@' + Math.floor(since.getTime() / 1000),
      Sunset: endsAt.toUTCString(),
      Link: '<' + guide + '>; rel="deprecation"',
    })
    count(request.get('user-agent') ?? 'unknown', request.path)
    if (Date.now() < endsAt.getTime()) return next()
    response
      .status(410)
      .type('application/problem+json')
      .json({ title: 'This version has ended.', type: guide })
  }
}

interface Person {
  readonly id: string
  readonly givenName: string
  readonly familyName: string
}

export function people(find: (id: string) => Promise<Person | undefined>, retirement: Retirement): Router {
  const router = Router()
  router.use('/v1', retiring(retirement))
  router.get('/v1/people/:id', async (request, response) => {
    const person = await find(request.params.id)
    if (person === undefined) return void response.sendStatus(404)
    response.json({ id: person.id, name: person.givenName + ' ' + person.familyName })
  })
  router.get('/v2/people/:id', async (request, response) => {
    const person = await find(request.params.id)
    if (person === undefined) return void response.sendStatus(404)
    response.json(person)
  })
  return router
}`,
  },
  mistakes: [
    'A new value in an output enum “is only an addition”: strict clients crash on it. Say from the start that enums grow.',
    'Copying the whole service for v2, so that each security fix is made twice.',
    'A Sunset date that passes without anything happening; the next one will not be believed.',
    'Versions by date of deployment, twelve a year, none of which can be dropped.',
  ],
  numbers: [
    'Deprecation carries a date (`@1798761600`), and Sunset must not be earlier than it [RFC 9745, sections 2.1 and 4]',
    'Sunset says when the resource is likely to stop answering; its value is an HTTP date, and the header is advice, not a promise [RFC 8594, section 3]',
  ],
  siblings: ['expand-and-contract', 'contract-mocks', 'middleware'],
  covers: ['API versioning with Deprecation and Sunset'],
}
