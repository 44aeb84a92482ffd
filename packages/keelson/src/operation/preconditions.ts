/** `If-Match` and `If-None-Match` of a request (RFC 9110, 13.1): what must hold for it to be performed. */
import { KeelsonError } from '../errors.js'
import { matchesStrongly, matchesWeakly, readTags, type TagList } from './entity-tag.js'

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

/** Throws `precondition_failed` where the version in place is not what the request demands; `tag` undefined: there is none. */
export function insistOn({ ifMatch, ifNoneMatch }: Preconditions, tag: string | undefined): void {
  if (ifMatch !== undefined && (tag === undefined || !matchesStrongly(ifMatch, tag)))
    throw failed(tag === undefined ? 'There is nothing to change.' : `It is at version ${tag}.`)
  if (ifNoneMatch !== undefined && tag !== undefined && matchesWeakly(ifNoneMatch, tag))
    throw failed(`It exists, at version ${tag}.`)
}

const failed = (message: string): KeelsonError => new KeelsonError('precondition_failed', { message })
