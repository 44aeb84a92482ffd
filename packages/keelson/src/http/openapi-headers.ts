/** The headers of an operation in the OpenAPI document: those of its success, and the conditions of its requests. */
import type { ErrorCode } from '../errors.js'
import type { CompiledOperation } from '../operation/compiled.js'
import type { JsonSchema } from '../schema/json-schema.js'

const text: JsonSchema = { type: 'string' }

/** `headers` of the success; undefined where there are none. */
export function successHeaders({ route, encode }: CompiledOperation): JsonSchema | undefined {
  if (route === undefined) return undefined
  const headers: JsonSchema = {}
  if (route.location !== undefined) headers['Location'] = { description: 'Where it is.', schema: text }
  if (route.etag !== undefined && encode !== undefined)
    headers['ETag'] = { description: 'Its version.', schema: text }
  if (route.cacheControl !== undefined) headers['Cache-Control'] = { schema: { const: route.cacheControl } }
  for (const name of Object.keys(route.headers ?? {})) headers[name] = { schema: text }
  return Object.keys(headers).length === 0 ? undefined : headers
}

/** `If-Match` and `If-None-Match`, where the operation knows a version. */
export function conditionParameters({ kind, route, versionedRow }: CompiledOperation): JsonSchema[] {
  if (kind === 'query') {
    if (route?.etag === undefined) return []
    return [
      condition('If-None-Match', false, 'The `ETag` of an answer that is at hand: 304 where it still holds.'),
    ]
  }
  if (versionedRow === undefined) return []
  return [
    condition(
      'If-Match',
      route?.ifMatch === 'required',
      'The `ETag` of the version to change: 412 where it is another.',
    ),
    ...(route?.ifMatch === 'required'
      ? []
      : [condition('If-None-Match', false, '`*`: only where there is nothing yet.')]),
  ]
}

const condition = (name: string, required: boolean, description: string): JsonSchema => ({
  name,
  in: 'header',
  required,
  description,
  schema: text,
})

/** Statuses with their codes. */
export function conditionRefusals({
  kind,
  route,
  versionedRow,
}: CompiledOperation): (readonly [number, ErrorCode])[] {
  if (kind === 'query' || versionedRow === undefined) return []
  return [
    [412, 'precondition_failed'],
    ...(route?.ifMatch === 'required' ? ([[428, 'precondition_required']] as const) : []),
  ]
}

/** 304, which has no body. */
export const unchanged = ({ kind, route }: CompiledOperation): JsonSchema =>
  kind === 'query' && route?.etag !== undefined
    ? { 304: { description: 'It is what `If-None-Match` names.' } }
    : {}
