/** The operations of a document, by method and path; names of path parameters do not tell operations apart. */
import { isObject, listOf, objectOf, resolved, type Json } from './document.js'

export interface Operation {
  /** `POST /orders/{id}`, as it is written. */
  readonly name: string
  readonly value: Json
  /** By `in name`; those of the path item, then the operation's own. */
  readonly parameters: ReadonlyMap<string, Json>
}

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const

export function operationsOf(document: Json): Map<string, Operation> {
  const found = new Map<string, Operation>()
  for (const [path, written] of Object.entries(objectOf(document['paths']))) {
    const item = resolved(document, written)
    for (const method of METHODS) {
      if (!isObject(item[method])) continue
      const value = objectOf(item[method])
      found.set(`${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`, {
        name: `${method.toUpperCase()} ${path}`,
        value,
        parameters: parametersOf(document, path, [
          ...listOf(item['parameters']),
          ...listOf(value['parameters']),
        ]),
      })
    }
  }
  return found
}

function parametersOf(document: Json, path: string, written: readonly unknown[]): Map<string, Json> {
  const names = [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name)
  const found = new Map<string, Json>()
  for (const one of written) {
    const parameter = resolved(document, one)
    const { name, in: place } = parameter
    if (typeof name !== 'string' || typeof place !== 'string') continue
    // In a path the position counts; headers know no case.
    const at =
      place === 'path' ? `${names.indexOf(name) + 1}` : place === 'header' ? name.toLowerCase() : name
    found.set(`${place} ${at}`, parameter)
  }
  return found
}
