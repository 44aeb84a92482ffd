/** Entity tags (RFC 9110, 8.8.3): versions as `ETag` writes them and `If-Match` and `If-None-Match` list them. */
import { KeelsonError } from '../errors.js'
import type { Version } from './http-declaration.js'

/** What a header lists; `*` stands for any version. */
export type TagList = '*' | readonly string[]

/** The strong tag of a version: `"3"`. Characters that a tag cannot hold are percent-encoded. */
export function entityTag(version: Version): string {
  const text = version instanceof Date ? version.toISOString() : String(version).toWellFormed()
  return `"${text.replaceAll(/[^\w.:+~-]/g, encodeURIComponent)}"`
}

const TAG = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/

/** Throws `invalid_request` for what is no list of tags. */
export function readTags(name: string, header: string): TagList {
  const text = header.trim()
  if (text === '*') return '*'
  const tags: string[] = []
  for (let rest = text; ;) {
    const tag = TAG.exec(rest)?.[0]
    if (tag === undefined) break
    tags.push(tag)
    rest = rest.slice(tag.length).trimStart()
    if (rest === '') return tags
    if (!rest.startsWith(',')) break
    rest = rest.slice(1).trimStart()
  }
  throw new KeelsonError('invalid_request', {
    message: `\`${name}\` must be \`*\` or the \`ETag\` of an answer, such as \`"3"\`.`,
  })
}

/** The coding that compression has noted in the tag; the version behind it is one. */
const CODING = /;(?:br|gzip)"$/

const opaque = (tag: string): string => tag.replace(/^W\//, '').replace(CODING, '"')

/** For `If-Match`: both must be strong (8.8.3.2). */
export const matchesStrongly = (list: TagList, tag: string): boolean =>
  list === '*' || list.some((each) => !each.startsWith('W/') && opaque(each) === opaque(tag))

/** For `If-None-Match`. */
export const matchesWeakly = (list: TagList, tag: string): boolean =>
  list === '*' || list.some((each) => opaque(each) === opaque(tag))
