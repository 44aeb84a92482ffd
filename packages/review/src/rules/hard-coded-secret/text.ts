/** What a text looks like: a credential, a placeholder, or a word of the program. */
import { unwrap, type Node } from '../../syntax/nodes.js'

/** Files whose values nobody outside accepts. */
const SPARED =
  /(?:^|\/)(?:fixtures?|__fixtures__|mocks?|stories|samples?|examples?|test-?utils?|testing)\/|(?:^|\/)(?:jest|vitest|playwright|cypress|karma)[\w.-]*\.[cm]?[jt]s$|\.(?:stories|mock|fixture|example|sample)\.[cm]?[jt]sx?$/i

export function isSparedFile(path: string): boolean {
  return SPARED.test(path)
}

/** The text that a literal is; undefined for anything but a text that is written down whole. */
export function textOfLiteral(node: Node): string | undefined {
  const inner = unwrap(node)
  if (inner.type === 'Literal') return typeof inner.value === 'string' ? inner.value : undefined
  if (inner.type !== 'TemplateLiteral' || inner.expressions.length > 0) return undefined
  return inner.quasis[0]?.value.cooked ?? undefined
}

/** Enough to find it by, too little to use it. */
export function masked(text: string): string {
  const start = text.length >= 16 ? text.slice(0, 4) : text.length >= 10 ? text.slice(0, 2) : ''
  return `${start.replace(/\s/g, ' ')}…, ${text.length} characters`
}

const PLACEHOLDER =
  /^(?:<.*>|\[.*\]|\{\{.*\}\}|\$\{.*\}|%.*%|(.)\1{2,}|your[-_ ].*|.*your[-_ ]?(?:api|secret|token|key|password).*|.*(?:place.?holder|redacted|example|dummy).*|x{3,}.*|\*+|\.{3,}|todo|none|null|undefined|n\/a|.*(?:0{8}|x{6}|\*{3}|…).*)$/i

/** Written to be replaced by somebody, or to hide what stood there. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text.trim())
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Paths, addresses, keys of translations, names of headers, columns and variables. */
const WORDS =
  /^(?:(?:https?:)?\/\/.*|\.{0,2}\/.*|@.*|[\w$]+(?:\.[\w$]+)+|[A-Za-z]+\d{0,2}(?:[-_:. ](?:[A-Za-z]+\d{0,2}|\d{1,2}))+|[A-Za-z]+|[a-z]+(?:[A-Z][a-z]*)*\d?|[A-Z][A-Z\d]*(?:_[A-Z\d]+)*|[\w-]+\/[\w-]+(?:\/[\w-]+)*)$/

/** Whether a text under the name of a credential is likely to be one. */
export function looksRandom(text: string): boolean {
  if (text.length < 8 || text.length > 512 || /\s/.test(text)) return false
  if (isPlaceholder(text) || UUID.test(text) || WORDS.test(text) || /[{}<>()$^|\\?]/.test(text)) return false
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(text)).length
  return kinds >= 2 && /\d/.test(text) && entropyOf(text) >= 2.75
}

/** Bits a character by Shannon, over the characters of the text itself. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length)
  return bits
}
