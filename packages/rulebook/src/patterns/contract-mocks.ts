import type { Pattern } from '../entry.js'

export const contractMocks: Pattern = {
  kind: 'pattern',
  id: 'contract-mocks',
  title: 'Mock endpoints from the contract',
  why: 'The frontend waits for the backend, or builds against a mock that somebody wrote by hand and that drifts from the day it was written. If the contract comes first, a mock that is generated from it answers within a minute, with valid examples and every declared error on demand, and tests on both sides hold to the same document. What no mock shows is behaviour; so it ends where the integration test begins.',
  when: 'While an endpoint is designed or under construction, for frontends, partners and load generators, and for the tests of clients: errors and delays are easier to have from a mock than from a service. Not as a replacement for running against the real one before a release.',
  steps: [
    'Declare the operation first: input, output, errors, examples. Generate OpenAPI from the declaration, or the types from OpenAPI; one is the source.',
    'Serve the mock from the document: examples first, else values from the schema, the same for the same request.',
    'Validate requests as the real one would; a mock that accepts everything teaches wrong calls.',
    'Let callers choose: `Prefer: code=409`, a delay, a broken connection.',
    'Keep it out of production by construction, not by a flag that may be wrong.',
    'Run the same contract tests against mock and service in CI; the difference is the to-do list.',
    'Compare the document with the released one, and fail on breaking differences.',
  ],
  withKeelson: {
    language: 'ts',
    stack:
      'Keelson: the document is made of the declarations, examples included; any mock server takes it (`npx @stoplight/prism-cli mock http://localhost:3000/openapi.json`)',
    text: `import { app, conflict, module, query, command, signedIn, unavailable, type Server } from 'keelson'
import { z } from 'zod'

const Slot = z
  .object({
    id: z.uuid().meta({ examples: ['019a8a1e-5b7e-7cc3-98f5-0123456789ab'] }),
    startsAt: z.iso.datetime().meta({ examples: ['2027-01-31T09:00:00Z'] }),
    free: z
      .int()
      .nonnegative()
      .meta({ examples: [3] }),
  })
  .meta({ id: 'Slot' })

/** Declared before it is built: the contract, the mock and the generated client are there today. */
export const slots = query('slots.list', {
  http: { get: '/slots' },
  summary: 'Slots of a day',
  input: z.object({ day: z.iso.date() }),
  output: z.array(Slot),
  allow: signedIn,
  errors: { notBuilt: unavailable('Not built yet.') },
  run: ({ fail }) => fail.notBuilt(),
})

export const book = command('slots.book', {
  http: { post: '/slots/:id/bookings', status: 201 },
  summary: 'Book a slot',
  idempotency: 'required',
  input: z.object({ id: z.uuid() }),
  output: Slot,
  allow: signedIn,
  errors: { full: conflict('The slot is full.'), notBuilt: unavailable('Not built yet.') },
  run: ({ fail }) => fail.notBuilt(),
})

export default app({ name: 'slots', version: '0.1.0', modules: [module('slots', { slots, book })] })

/** For CI: written to a file, compared with the released one, given to the mock. */
export const contractOf = (server: Server): string => JSON.stringify(server.openapi, undefined, 2)`,
  },
  byHand: {
    language: 'ts',
    stack: 'Express 5: a small mock of an OpenAPI document’s examples',
    text: `import express, { type Express } from 'express'

interface Media {
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}
interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>
}
export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

/** Answers by examples; \`Prefer: code=409\` asks for that answer, and 501 says that the contract has none. */
export function mock({ paths }: OpenApi): Express {
  const app = express().use(express.json({ limit: '100kb' }))
  for (const [path, operations] of Object.entries(paths)) {
    for (const method of METHODS) {
      const operation = operations[method]
      if (operation === undefined) continue
      app[method](path.replaceAll(/\\{(\\w+)\\}/g, ':$1'), (request, response) => {
        const wanted = /\\bcode=(\\d{3})\\b/.exec(request.get('prefer') ?? '')?.[1]
        const status = wanted ?? Object.keys(operation.responses).find((code) => code.startsWith('2'))
        const answer = status === undefined ? undefined : operation.responses[status]
        if (status === undefined || answer === undefined)
          return void response.status(501).json({ title: 'The contract declares no such answer.' })
        const [type, media] = Object.entries(answer.content ?? {})[0] ?? []
        response.status(Number(status))
        if (type === undefined) return void response.end()
        const example = media?.example ?? Object.values(media?.examples ?? {})[0]?.value
        if (example === undefined)
          return void response.status(501).json({ title: 'The contract has no example.' })
        response.type(type).send(JSON.stringify(example))
      })
    }
  }
  return app
}`,
  },
  mistakes: [
    'Hand-written mocks in the frontend’s repository: green tests against an API that never existed.',
    'Random values on each call; a failing test cannot be repeated.',
    'A mock that knows only the happy answer: the first 409 of a user’s life is in production.',
    'Declaring endpoints as done because the mock answers.',
  ],
  numbers: [
    'Prefer is a request header in which clients state preferences that a server may ignore; `Preference-Applied` says what it did [RFC 7240, 2 and 3]',
    'OpenAPI 3.1 takes JSON Schema 2020-12 as it is, `examples` included [OpenAPI Specification 3.1.0, 4.8.24]',
  ],
  siblings: ['api-versioning', 'middleware', 'service-layer'],
  covers: ['mock endpoints from the contract'],
}
