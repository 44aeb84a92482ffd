/** Where the input of an operation comes from, in the OpenAPI document: path, query string, headers, body. */
import type { CompiledOperation } from '../operation/compiled.js'
import type { Components, JsonSchema } from '../schema/json-schema.js'
import { exampleOf } from './openapi-example.js'
import { conditionParameters } from './openapi-headers.js'
import { idempotencyKeyParameter } from './openapi-idempotency.js'

type Properties = Readonly<Record<string, JsonSchema>>

/** `parameters` and `requestBody`. */
export function describeInput(
  operation: CompiledOperation,
  input: JsonSchema,
  { components, keepSeconds }: { readonly components: Components; readonly keepSeconds: number },
): JsonSchema {
  const { method, path } = operation.route!
  const inPath = [...path.matchAll(/:(\w+)/g)].map((match) => match[1]!)
  const properties = (input['properties'] ?? {}) as Properties
  const required = new Set((input['required'] ?? []) as string[])
  const others = Object.keys(properties).filter((name) => !inPath.includes(name))
  const parameter = (name: string, place: 'path' | 'query'): JsonSchema => {
    const { description, ...schema } = properties[name] ?? { type: 'string' }
    const example = exampleOf(schema, components)
    const isNeeded = place === 'path' || required.has(name)
    return {
      name,
      in: place,
      required: isNeeded,
      ...(description === undefined ? {} : { description }),
      schema,
      ...(example === undefined || !isNeeded ? {} : { example }),
    }
  }
  const parameters = [
    ...inPath.map((name) => parameter(name, 'path')),
    ...(operation.kind === 'command' ? [idempotencyKeyParameter(operation, keepSeconds)] : []),
    ...conditionParameters(operation),
  ]
  if (method === 'GET' || method === 'DELETE')
    return { parameters: [...parameters, ...others.map((name) => parameter(name, 'query'))] }
  const isFlat = input['properties'] !== undefined
  if (isFlat && others.length === 0) return { parameters }
  const schema = isFlat ? without(input, inPath) : input
  const example = exampleOf(schema, components)
  return {
    parameters,
    requestBody: {
      required: !isFlat || schema['required'] !== undefined,
      content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } },
    },
  }
}

/** The schema of the body: without the fields that the path gives. */
function without(input: JsonSchema, inPath: readonly string[]): JsonSchema {
  const { properties, required, ...rest } = input
  const kept = Object.entries(properties as Properties).filter(([name]) => !inPath.includes(name))
  const needed = ((required ?? []) as string[]).filter((name) => !inPath.includes(name))
  return {
    ...rest,
    properties: Object.fromEntries(kept),
    ...(needed.length === 0 ? {} : { required: needed }),
  }
}
