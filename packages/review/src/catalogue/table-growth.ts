/**
 * What a table's name tells of its growth. Rows that use itself makes (events, messages, payments) have no end; what somebody sets up
 * (roles, countries, plans) stays small; of the rest nothing is known. The name is all there is in code without a database.
 */

/** `by-itself`: with each use. `set-up`: by people, seldom. */
export type Growth = 'by-itself' | 'set-up' | 'unknown'

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const BY_ITSELF = new Set(
  words(`
  event log message transaction transfer payment order invoice post comment reply thread notification activity history entry
  audit session visit view click hit reading measurement metric sample telemetry track trace request response delivery
  attempt job task ticket charge refund booking reservation appointment shipment purchase sale transcript chat mail email
  impression vote like reaction follow follower feed timeline ledger statement movement record trip ride position ping
  upload download search report action revision version snapshot score submission answer webhook token login alert
  outbox inbox queue line item subscription member user account customer patient contact lead document file photo image
`),
)

const SET_UP = new Set(
  words(`
  country currency language locale region city state timezone category role permission setting config configuration plan
  feature flag type status kind unit tax holiday template theme menu option preference policy tenant department team level
  tier scope migration
`),
)

/** Rows of which one parent has few: a filter by that parent bounds them. */
const FEW_A_PARENT = new Set(
  words('line item member user account customer patient contact document file photo image subscription'),
)

/** `auditEvents`, `audit_events`, `AuditEventEntity`, `"public"."audit_events"`, `schema.auditEvents` by their last word. */
export function growthOf(table: string): Growth {
  const last = lastWord(table)
  if (last === undefined) return 'unknown'
  if (SET_UP.has(last)) return 'set-up'
  return BY_ITSELF.has(last) ? 'by-itself' : 'unknown'
}

/** Whether one parent has few of these, as an order has few lines; a feed has no end of items. */
export function isFewAParent(table: string): boolean {
  const parts = wordsOf(table)
  const last = parts.at(-1)
  return last !== undefined && FEW_A_PARENT.has(last) && !ENDLESS.has(parts.at(-2) ?? '')
}

/**
 * Whether a parent may come to have so many of these that to delete them with it takes long: what is written down about it (events,
 * payments, messages), not what it consists of (lines, members) or what is short-lived (sessions, tokens).
 */
export function isEndlessChild(table: string): boolean {
  return growthOf(table) === 'by-itself' && !isFewAParent(table) && !SHORT_LIVED.has(lastWord(table) ?? '')
}

const SHORT_LIVED = new Set(
  words(
    'session token login vote like reaction follow follower attempt alert job task ticket inbox outbox queue answer version revision',
  ),
)

const ENDLESS = new Set(
  words('feed event activity history audit log timeline queue outbox inbox journal stream'),
)

const lastWord = (table: string): string | undefined => wordsOf(table).at(-1)

/** In lower case and the singular, without what only says that it is a table. */
function wordsOf(table: string): string[] {
  return table
    .split('.')
    .at(-1)!
    .replaceAll(/[^\w]/g, '')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
    .filter((part) => part !== '' && !SUFFIXES.has(part))
    .map(singular)
}

const SUFFIXES = new Set(['table', 'entity', 'model', 'schema', 'tbl', 'repository', 'rows', 'data', 't'])

function singular(word: string): string {
  if (word === 'status' || word === 'statuses') return 'status'
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(?:ches|shes|sses|xes)$/.test(word)) return word.slice(0, -2)
  return word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word
}
