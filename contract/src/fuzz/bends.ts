/** What is done to a request that fits, so that it does not: one field, header, body, path or method at a time. */
import fc from 'fast-check'
import { unwanted } from './values.js'

/** A request before it is written out. */
export interface Draft {
  method: string
  path: string
  pathParameters: Record<string, string>
  query: (readonly [string, string])[]
  headers: (readonly [string, string])[]
  json: unknown
  raw: Buffer | undefined
}

export type Bend = (draft: Draft) => void

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  authorization: [
    '',
    'Bearer',
    'Bearer x',
    'Bearer kls_' + 'a'.repeat(49),
    'Basic YTpi',
    'bearer  ',
    'Bearer a b',
    'x'.repeat(5000),
  ],
  'content-type': [
    '',
    'text/plain',
    'application/json; charset=latin1',
    'application/xml',
    'multipart/form-data',
    ';',
    'application/problem+json',
    'application/json,application/json',
  ],
  'content-encoding': ['gzip', 'br', 'identity', 'x'],
  'idempotency-key': ['', 'a', '"', '"quoted"', '"a";b=1', 'ü', 'x'.repeat(256), '(1 2)', ':YQ==:', 'a b'],
  accept: ['', '*/*', 'text/html', 'application/json;q=0', ';;;', 'application/*;q=2'],
  'accept-encoding': ['gzip', 'br;q=0', '*;q=0', 'x'],
  'if-match': ['', '*', '"1"', 'W/"1"', 'x', '"1", "2"'],
  'if-none-match': ['*', '"1"', ','],
  'x-request-id': ['', 'a b', 'x'.repeat(500), 'ü', '{"a":1}'],
  traceparent: [
    '',
    '00-0-0-0',
    '00-' + 'a'.repeat(32) + '-' + 'b'.repeat(16) + '-01',
    'ff-' + '0'.repeat(32),
  ],
  'x-forwarded-for': ['1.2.3.4', 'x, y', '::1'],
  origin: ['null', 'https://example.com', 'x'],
  range: ['bytes=0-1', 'x'],
  prefer: ['return=minimal', '='],
  cookie: ['a=b', '=; ;'],
}

const BODIES: readonly string[] = [
  '',
  ' ',
  '{',
  '}',
  'null',
  '[]',
  '"text"',
  '1e999',
  '{"a":1}{"b":2}',
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"lines":1,"lines":[{"sku":"tea","quantity":1}]}',
  '\ufeff{}',
  "{'a':1}",
  '{"a":01}',
  `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
  `{"a":"${'x'.repeat(1_200_000)}"}`,
  `[${'1,'.repeat(50_000)}1]`,
]

const PATHS: readonly ((path: string) => string)[] = [
  (path) => `${path}/`,
  (path) => `/${path}`,
  (path) => path.toUpperCase(),
  (path) => path.replace('/v1', ''),
  (path) => `${path}/%00`,
  (path) => `${path}%`,
  (path) => `${path}/..%2f..%2f`,
  (path) => `${path}?`,
  (path) => `${path}?a=%zz&=&&b`,
  (path) => `${path}?${'a=1&'.repeat(500)}`,
  (path) => `${path};x=1`,
]

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'TRACE']

export function bendOf(): fc.Arbitrary<Bend> {
  const place = fc.nat({ max: 1000 })
  const header = fc.constantFrom(...Object.keys(HEADERS))
  const headerText = fc.oneof(place, fc.string({ maxLength: 40 }))
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.tuple(place, unwanted).map(
        ([at, value]) =>
          (draft: Draft) =>
            replaceIn(draft, at, value),
      ),
    },
    { weight: 2, arbitrary: place.map((at) => (draft: Draft) => removeIn(draft, at)) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(place, fc.constantFrom('extra', '__proto__', 'constructor', 'toString', ''), unwanted)
        .map(
          ([at, name, value]) =>
            (draft: Draft) =>
              addIn(draft, at, name, value),
        ),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.constantFrom('limit', 'cursor', 'sku', 'category', 'sort', 'x', '__proto__', 'a[b]', ''),
          unwanted,
        )
        .map(
          ([name, value]) =>
            (draft: Draft) =>
              void draft.query.push([name, textOf(value)]),
        ),
    },
    {
      weight: 2,
      arbitrary: place.map(
        (at) => (draft: Draft) => void draft.query.splice(at % (draft.query.length + 1), 1),
      ),
    },
    { weight: 3, arbitrary: unwanted.map((value) => (draft: Draft) => bendPath(draft, textOf(value))) },
    {
      weight: 4,
      arbitrary: fc.tuple(header, headerText).map(
        ([name, text]) =>
          (draft: Draft) =>
            setHeader(draft, name, text),
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(header, headerText).map(
        ([name, text]) =>
          (draft: Draft) =>
            void draft.headers.push([name, headerOf(name, text)]),
      ),
    },
    {
      weight: 2,
      arbitrary: place.map(
        (at) => (draft: Draft) => void draft.headers.splice(at % (draft.headers.length + 1), 1),
      ),
    },
    {
      weight: 2,
      arbitrary: fc
        .constantFrom(...BODIES)
        .map((text) => (draft: Draft) => void (draft.raw = Buffer.from(text))),
    },
    {
      weight: 1,
      arbitrary: fc
        .uint8Array({ maxLength: 200 })
        .map((bytes) => (draft: Draft) => void (draft.raw = Buffer.from(bytes))),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(...METHODS).map((method) => (draft: Draft) => void (draft.method = method)),
    },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...PATHS)
        .map((bend) => (draft: Draft) => void (draft.path = bend(draft.path))),
    },
  )
}

/** Also under names that mean something to an object; a copy, since values are drawn more than once. */
function put(holder: Holder, name: string, value: unknown): void {
  Object.defineProperty(holder, name, {
    value: structuredClone(value),
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

type Holder = Record<string, unknown>

/** Every object and array in the body with one of its keys. */
function placesIn(value: unknown): (readonly [Holder, string])[] {
  if (typeof value !== 'object' || value === null) return []
  const holder = value as Holder
  return Object.keys(holder).flatMap((key) => [[holder, key] as const, ...placesIn(holder[key])])
}

function replaceIn(draft: Draft, at: number, value: unknown): void {
  const places = placesIn(draft.json)
  if (places.length === 0) {
    if (draft.query.length > 0)
      draft.query[at % draft.query.length] = [draft.query[at % draft.query.length]![0], textOf(value)]
    else draft.json = structuredClone(value)
    return
  }
  const [holder, key] = places[at % places.length]!
  put(holder, key, value)
}

function removeIn(draft: Draft, at: number): void {
  const places = placesIn(draft.json)
  const place = places[at % Math.max(1, places.length)]
  if (place === undefined) draft.json = undefined
  else delete place[0][place[1]]
}

function addIn(draft: Draft, at: number, name: string, value: unknown): void {
  const holders = [draft.json, ...placesIn(draft.json).map(([holder, key]) => holder[key])].filter(
    (each): each is Holder => typeof each === 'object' && each !== null,
  )
  const holder = holders[at % Math.max(1, holders.length)]
  if (holder !== undefined) put(holder, name, value)
}

function bendPath(draft: Draft, text: string): void {
  const names = Object.keys(draft.pathParameters)
  if (names.length > 0) draft.pathParameters[names[0]!] = text.slice(0, 2000)
}

function setHeader(draft: Draft, name: string, text: number | string): void {
  draft.headers = [...draft.headers.filter(([each]) => each !== name), [name, headerOf(name, text)]]
}

const headerOf = (name: string, text: number | string): string =>
  typeof text === 'number' ? HEADERS[name]![text % HEADERS[name]!.length]! : text

const textOf = (value: unknown): string =>
  (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 9000)
