/**
 * Puts the input of an operation together: path parameters with the query string (GET, DELETE) or with the JSON body.
 * Texts are coerced by the declared types; what cannot be told apart or was sent in the wrong place is refused.
 */
import type { FastifyRequest } from 'fastify'
import { inputError, type FieldError } from '../operation/input-errors.js'
import type { CompiledOperation } from '../operation/compiled.js'
import type { TextFields } from '../schema/text-coercion.js'

type Fields = Record<string, unknown>
type Texts = Readonly<Record<string, string | readonly string[]>>

export type ReadInput = (request: FastifyRequest) => unknown

/** The reader for an operation; `path` as declared. */
export function inputReader(operation: CompiledOperation): ReadInput {
  const { path } = operation.route!
  const names = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]!)
  const { texts, isQuery } = operation
  if (isQuery) {
    return (request) => {
      if (request.body !== undefined) refuseBody(request.body)
      return fromQuery(request, names, texts)
    }
  }
  return (request) => fromBody(request, names, texts)
}

/** For routes whose body is not read here. */
export function queryReader({ route, texts }: CompiledOperation): ReadInput {
  const names = [...route!.path.matchAll(/:(\w+)/g)].map((match) => match[1]!)
  return (request) => fromQuery(request, names, texts)
}

/** Without a prototype, so that no name that is sent can mean something. */
const noFields = (): Fields => Object.create(null) as Fields

function fromQuery(request: FastifyRequest, names: readonly string[], texts: TextFields): Fields {
  const fields = noFields()
  if (request.raw.url!.includes('?')) {
    const query = request.query as Texts
    for (const name in query) fields[name] = read(texts, name, query[name]!)
  }
  for (const name of names) {
    const value = read(texts, name, (request.params as Record<string, string>)[name]!)
    if (name in fields) throw inputError([{ pointer: `/${name}`, message: 'Is given by the path already.' }])
    fields[name] = value
  }
  return fields
}

function fromBody(request: FastifyRequest, names: readonly string[], texts: TextFields): unknown {
  if (request.raw.url!.includes('?')) refuseQuery(request.query as Texts)
  const body = request.body === undefined ? noFields() : request.body
  if (names.length === 0) return body
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw inputError([{ pointer: '', message: 'Must be a JSON object.' }])
  }
  const fields: Fields = Object.assign(noFields(), body)
  for (const name of names) {
    const value = read(texts, name, (request.params as Record<string, string>)[name]!)
    // A client may send back what it got, the key included.
    if (name in fields && fields[name] !== value) {
      throw inputError([{ pointer: `/${name}`, message: 'Is not the one that the path gives.' }])
    }
    fields[name] = value
  }
  return fields
}

/** Some clients send an empty object with whatever they send. */
function refuseBody(body: unknown): void {
  if (typeof body === 'object' && body !== null && Object.keys(body).length === 0) return
  throw inputError([
    { pointer: '', message: 'Is not taken from the body here: send it in the query string.' },
  ])
}

function refuseQuery(query: Texts): void {
  const errors: FieldError[] = Object.keys(query).map((name) => ({
    pointer: `/${name}`,
    message: 'Is not taken from the query string here: send it in the body.',
  }))
  if (errors.length > 0) throw inputError(errors)
}

function read(texts: TextFields, name: string, text: string | readonly string[]): unknown {
  const field = texts.get(name)
  return field === undefined ? text : field.coerce(text)
}
