/** The curl that `keelson dev` shows: what the app says it should be, else made up from its OpenAPI document. */
import { randomUUID } from 'node:crypto'
import type { AppOptions, DevelopmentExample } from '../app.js'
import type { OpenApiDocument } from '../http/openapi.js'

export interface ExampleParts {
  readonly app: AppOptions
  readonly document: OpenApiDocument
  /** Where the app listens, without a slash at the end. */
  readonly url: string
  readonly key: string
}

/** A command to paste into a shell; undefined where the app serves nothing that can be called without knowing more. */
export function exampleCurl({ app, document, url, key }: ExampleParts): string | undefined {
  const example = app.development?.example ?? derivedExample(document)
  if (example === undefined) return undefined
  const { path, body } = example
  const method = (example.method ?? (body === undefined ? 'GET' : 'POST')).toUpperCase()
  const parts = [
    `curl -i${method === 'GET' ? '' : ` -X ${method}`} ${quoted(url + path)}`,
    `-H ${quoted(`Authorization: Bearer ${key}`)}`,
  ]
  if (method !== 'GET') parts.push(`-H ${quoted(`Idempotency-Key: ${randomUUID()}`)}`)
  if (body !== undefined)
    parts.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(body))}`)
  return parts.join(' \\\n  ')
}

/** For a POSIX shell. */
const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

/** The first operation that reads without parameters. What writes needs values that mean something: the app gives those. */
function derivedExample(document: OpenApiDocument): DevelopmentExample | undefined {
  for (const [path, methods] of Object.entries(document.paths)) {
    const parameters = (methods['get']?.['parameters'] ?? []) as readonly { readonly required?: boolean }[]
    if (methods['get'] !== undefined && parameters.every(({ required }) => required !== true)) return { path }
  }
  return undefined
}
