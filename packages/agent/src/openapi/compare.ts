/** Compares two contracts of one service as its callers would feel it. */
import { Changes, type Change } from './change.js'
import { isObject, listOf, objectOf, resolved, textsOf, type Json } from './document.js'
import { operationsOf, type Operation } from './operations.js'
import { SchemaComparison, type Direction } from './schemas.js'

/** Breaking ones first, else in the order of the older document. */
export function compareDocuments(before: Json, after: Json): Change[] {
  const old = operationsOf(before)
  const now = operationsOf(after)
  const all: Change[] = []
  for (const [key, operation] of old) {
    const changes = new Changes(operation.name)
    const successor = now.get(key)
    if (successor === undefined) changes.breaking('operation-removed', '', 'is gone')
    else new OperationComparison(before, after, changes).compare(operation, successor)
    all.push(...changes.all)
  }
  for (const [key, operation] of now) {
    if (old.has(key)) continue
    const changes = new Changes(operation.name)
    changes.harmless('operation-added', '', 'is new')
    all.push(...changes.all)
  }
  return [...all.filter(({ kind }) => kind === 'breaking'), ...all.filter(({ kind }) => kind === 'harmless')]
}

class OperationComparison {
  readonly #before: Json
  readonly #after: Json
  readonly #changes: Changes

  constructor(before: Json, after: Json, changes: Changes) {
    this.#before = before
    this.#after = after
    this.#changes = changes
  }

  compare(old: Operation, now: Operation): void {
    this.#compareDeprecation(old, now)
    this.#compareParameters(old, now)
    this.#compareBodies(old, now)
    this.#compareResponses(old, now)
    this.#compareSecurity(old, now)
  }

  #compareDeprecation(old: Operation, now: Operation): void {
    if (now.value['deprecated'] === true && old.value['deprecated'] !== true)
      this.#changes.harmless('deprecated', '', 'is deprecated now')
  }

  #compareParameters(old: Operation, now: Operation): void {
    for (const [key, parameter] of old.parameters) {
      const place = placeOf(parameter)
      const successor = now.parameters.get(key)
      if (successor === undefined) {
        this.#changes.breaking('parameter-removed', place, 'is gone: it is ignored or refused now')
        continue
      }
      if (successor['required'] === true && parameter['required'] !== true)
        this.#changes.breaking('input-required', place, 'is required now')
      if (successor['required'] !== true && parameter['required'] === true)
        this.#changes.harmless('input-optional', place, 'may be missing now')
      this.#compareSchemas('input', parameter['schema'] ?? {}, successor['schema'] ?? {}, place)
    }
    for (const [key, parameter] of now.parameters) {
      if (old.parameters.has(key)) continue
      const place = placeOf(parameter)
      if (parameter['required'] === true)
        this.#changes.breaking('input-required', place, 'is new and required')
      else this.#changes.harmless('parameter-added', place, 'is new')
    }
  }

  #compareBodies(old: Operation, now: Operation): void {
    const before = resolved(this.#before, old.value['requestBody'])
    const after = resolved(this.#after, now.value['requestBody'])
    const had = old.value['requestBody'] !== undefined
    const has = now.value['requestBody'] !== undefined
    if (after['required'] === true && before['required'] !== true)
      this.#changes.breaking('input-required', 'body', had ? 'is required now' : 'is new and required')
    else if (has && !had) this.#changes.harmless('body-added', 'body', 'is new')
    if (had && !has) this.#changes.breaking('body-removed', 'body', 'is gone')
    if (had && has) this.#compareContent('input', before, after, 'body')
  }

  #compareResponses(old: Operation, now: Operation): void {
    const before = objectOf(old.value['responses'])
    const after = objectOf(now.value['responses'])
    for (const [status, written] of Object.entries(before)) {
      if (after[status] === undefined) {
        const message = 'is no longer answered'
        if (isError(status)) this.#changes.harmless('status-removed', status, message)
        else this.#changes.breaking('status-removed', status, message)
        continue
      }
      const response = resolved(this.#before, written)
      const successor = resolved(this.#after, after[status])
      this.#compareContent('output', response, successor, status)
      this.#compareHeaders(response, successor, status)
    }
    for (const status of Object.keys(after)) {
      if (before[status] !== undefined) continue
      const message = 'is new'
      if (isError(status) || before['default'] !== undefined)
        this.#changes.harmless('status-added', status, message)
      else this.#changes.breaking('status-added', status, 'is new, and callers know of no such success')
    }
  }

  #compareHeaders(before: Json, after: Json, status: string): void {
    const successors = new Set(Object.keys(objectOf(after['headers'])).map((name) => name.toLowerCase()))
    for (const name of Object.keys(objectOf(before['headers'])))
      if (!successors.has(name.toLowerCase()))
        this.#changes.breaking('header-removed', `${status} header ${name}`, 'is no longer sent')
  }

  #compareContent(direction: Direction, before: Json, after: Json, place: string): void {
    const old = objectOf(before['content'])
    const now = objectOf(after['content'])
    for (const [type, content] of Object.entries(old)) {
      const at = Object.keys(old).length > 1 ? `${place} ${type}` : place
      if (now[type] === undefined) this.#changes.breaking('media-type-removed', place, `${type} is gone`)
      else
        this.#compareSchemas(
          direction,
          objectOf(content)['schema'] ?? {},
          objectOf(now[type])['schema'] ?? {},
          at,
        )
    }
    for (const type of Object.keys(now))
      if (old[type] === undefined) this.#changes.harmless('media-type-added', place, `${type} is new`)
  }

  #compareSchemas(direction: Direction, before: unknown, after: unknown, place: string): void {
    new SchemaComparison(this.#changes, direction).compare(
      { document: this.#before, schema: before },
      { document: this.#after, schema: after },
      place,
    )
  }

  #compareSecurity(old: Operation, now: Operation): void {
    const before = waysIn(this.#before, old)
    const after = waysIn(this.#after, now)
    for (const way of before)
      // A way in stays open where one of today's asks for nothing more than it brings.
      if (!after.some((other) => other.every((demand) => way.includes(demand))))
        this.#changes.breaking('security-tightened', 'security', `${nameOf(way)} no longer suffices`)
    for (const way of after)
      if (!before.some((other) => other.every((demand) => way.includes(demand))))
        this.#changes.harmless(
          way.length === 0 ? 'security-dropped' : 'security-added',
          'security',
          way.length === 0 ? 'needs no sign-in any more: is that meant?' : `${nameOf(way)} suffices now`,
        )
  }
}

/** What a caller must bring, each way a list of `scheme` and `scheme:scope`. */
function waysIn(document: Json, { value }: Operation): string[][] {
  const written = value['security'] ?? document['security']
  const ways = listOf(written).filter(isObject)
  if (ways.length === 0) return [[]]
  return ways.map((way) =>
    Object.entries(way).flatMap(([scheme, scopes]) => [
      scheme,
      ...textsOf(scopes).map((scope) => `${scheme}:${scope}`),
    ]),
  )
}

const nameOf = (way: readonly string[]): string => (way.length === 0 ? 'no sign-in' : way.join(' and '))

const isError = (status: string): boolean => /^[45]/.test(status) || status === 'default'

const placeOf = ({ in: place, name }: Json): string => `${String(place)} ${String(name)}`
