/** `If-Match` and `If-None-Match` of a request (RFC 9110, 13.1): what must hold for it to be performed. */
import { KeelsonError } from '../errors.js'
import { entityTag, matchesStrongly, matchesWeakly, readTags, type TagList } from './entity-tag.js'
import type { Version } from './http-declaration.js'

export interface Preconditions {
  readonly ifMatch: TagList | undefined
  readonly ifNoneMatch: TagList | undefined
  /** The headers as they were sent: a part of what a once-only key is bound to. */
  readonly sent: readonly (string | undefined)[]
}

/** Undefined where neither was sent. Throws `invalid_request`. */
export function readPreconditions(
  ifMatch: string | undefined,
  ifNoneMatch: string | undefined,
): Preconditions | undefined {
  if (ifMatch === undefined && ifNoneMatch === undefined) return undefined
  return {
    ifMatch: ifMatch === undefined ? undefined : readTags('If-Match', ifMatch),
    ifNoneMatch: ifNoneMatch === undefined ? undefined : readTags('If-None-Match', ifNoneMatch),
    sent: [ifMatch, ifNoneMatch],
  }
}

/** What a request with `If-Match` of this version demands; null: that there is nothing yet, as `If-None-Match: *`. */
export function preconditionOn(version: Version | null): Preconditions {
  return version === null
    ? { ifMatch: undefined, ifNoneMatch: '*', sent: [undefined, '*'] }
    : { ifMatch: [entityTag(version)], ifNoneMatch: undefined, sent: [entityTag(version), undefined] }
}

/** Throws `precondition_failed` where the version in place is not what the request demands; `tag` undefined: there is none. */
export function insistOn({ ifMatch, ifNoneMatch }: Preconditions, tag: string | undefined): void {
  if (ifMatch !== undefined && (tag === undefined || !matchesStrongly(ifMatch, tag)))
    throw failed(tag === undefined ? 'There is nothing to change.' : `It is at version ${tag}.`)
  if (ifNoneMatch !== undefined && tag !== undefined && matchesWeakly(ifNoneMatch, tag))
    throw failed(`It exists, at version ${tag}.`)
}

const failed = (message: string): KeelsonError => new KeelsonError('precondition_failed', { message })
