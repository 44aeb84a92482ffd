/** Requests to the operations of an OpenAPI document: some that fit, most of them bent in one place or several. */
import fc from 'fast-check'
import { bendOf, type Draft } from './bends.js'
import { fitting, resolved, type Schema } from './values.js'

export interface FuzzRequest {
  readonly method: string
  /** Path and query string as they are sent. */
  readonly path: string
  /** Names may repeat. */
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer | undefined
  /** The operation that it goes to, by its path in the document; undefined where path or method were bent. */
  readonly aim: { readonly path: string; readonly method: string } | undefined
}

export interface FuzzOptions {
  readonly document: { readonly paths: Readonly<Record<string, Readonly<Record<string, Schema>>>> }
  /** Texts that mean something, such as keys of rows. */
  readonly known: readonly string[]
  /** Values of `Authorization` that are good. */
  readonly credentials: readonly string[]
}

export function requestsOf(options: FuzzOptions): fc.Arbitrary<FuzzRequest> {
  const operations = Object.entries(options.document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => draftsOf(method, path, operation, options)),
  )
  const amount = fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 5, arbitrary: fc.constant(1) },
    { weight: 2, arbitrary: fc.integer({ min: 2, max: 4 }) },
  )
  const bends = amount.chain((length) => fc.array(bendOf(), { minLength: length, maxLength: length }))
  return fc.tuple(fc.oneof(...operations), bends).map(([draft, list]) => {
    const bent = structuredClone(draft)
    for (const bend of list) bend(bent)
    const goesThere = bent.path === draft.path && bent.method === draft.method
    return { ...finished(bent), aim: goesThere ? { path: draft.path, method: draft.method } : undefined }
  })
}

function draftsOf(
  method: string,
  path: string,
  operation: Schema,
  options: FuzzOptions,
): fc.Arbitrary<Draft> {
  const { document, known, credentials } = options
  const parameters = ((operation['parameters'] ?? []) as unknown[]).map((each) => resolved(each, document))
  const textsOf = (place: string): fc.Arbitrary<Record<string, unknown>> => {
    const placed = parameters.filter((each) => each['in'] === place)
    const model = placed.map(
      (each) => [String(each['name']), fitting(each['schema'], document, known)] as const,
    )
    const requiredKeys = placed
      .filter((each) => each['required'] === true)
      .map((each) => String(each['name']))
    return fc.record(Object.fromEntries(model), { requiredKeys })
  }
  const schema = (
    (operation['requestBody'] as Schema | undefined)?.['content'] as Record<string, Schema> | undefined
  )?.['application/json']?.['schema']
  return fc
    .record({
      pathParameters: textsOf('path'),
      query: textsOf('query'),
      key: fc.option(fc.uuid(), { nil: undefined }),
      credential: fc.constantFrom(...credentials),
      json: schema === undefined ? fc.constant(undefined) : fitting(schema, document, known),
    })
    .map(({ pathParameters, query, key, credential, json }) => ({
      method: method.toUpperCase(),
      path,
      pathParameters: Object.fromEntries(
        Object.entries(pathParameters).map(([name, value]) => [name, String(value)]),
      ),
      query: Object.entries(query).flatMap(([name, value]) =>
        [value].flat().map((each) => [name, String(each)] as const),
      ),
      headers: [
        ['authorization', credential],
        ...(key !== undefined && method !== 'get' ? [['idempotency-key', key] as const] : []),
        ...(json === undefined ? [] : [['content-type', 'application/json'] as const]),
      ],
      json,
      raw: undefined,
    }))
}

/** As a client's library would not: whatever cannot be encoded is sent as well as it goes. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}

function finished(draft: Draft): Omit<FuzzRequest, 'aim'> {
  const path = draft.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encoded(draft.pathParameters[name] ?? ''),
  )
  const query = draft.query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')
  const body = draft.raw ?? (draft.json === undefined ? undefined : Buffer.from(JSON.stringify(draft.json)))
  return {
    method: draft.method,
    path: query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`,
    // What cannot stand in a header at all is no request: clients refuse to send it.
    headers: draft.headers.map(([name, value]) => [
      name,
      value.replaceAll(/[^\t\u0020-\u007e\u0080-\u00ff]/g, '?'),
    ]),
    body,
  }
}
