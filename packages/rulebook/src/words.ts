/**
 * From text to the words by which entries are found: lower case, without endings, and with one word for what people call
 * by several. Pure and the same everywhere, so that a ranking never depends on the machine.
 */

const STOP: ReadonlySet<string> = new Set(
  'a an and are as at be but by can do does each even every for from get had has have how i if in into is it its me my no not of on one only or our out over so some than that the their them then there they this to under up us was we were what when where which while who why will with without you your'.split(
    ' ',
  ),
)

/** Words of one line mean the same to someone who searches; the first stands for all. */
const SAME: readonly string[] = [
  'slow latency p99 p95 p50 lag delay sluggish',
  'duplicate twice double repeat doubled again once',
  'hang stuck freeze frozen block stall unresponsive',
  'memory heap oom rss leak',
  'cpu busy spinning',
  'timeout timed expire deadline',
  'crash die kill killed exit',
  'database postgres postgresql db pg',
  'lock deadlock locked',
  'money payment charge billing price invoice amount',
  'mail email mailer',
  'login signin sign password brute stuffing',
  'queue job worker broker kafka rabbitmq sqs bullmq',
  'secret credential password key token',
  'deploy deployment release rollout restart',
  'lose lost missing vanish gone disappear',
  'overload load traffic spike burst flood',
  'retry reattempt backoff resend',
  'schema migration ddl alter',
  'page pagination paging cursor offset',
  'inject injection sqli',
  'stale outdated old',
  'cache redis memcached caching',
  'connection pool socket client',
  'wrong incorrect inconsistent drift mismatch corrupt',
  'log logging logger',
  'tenant organisation organization',
]

const ENDINGS: readonly (readonly [RegExp, string])[] = [
  [/ies$/, 'y'],
  [/(ss|x|ch|sh)es$/, '$1'],
  [/([^s])s$/, '$1'],
  [/([a-z]{3,})ing$/, '$1'],
  [/([a-z]{3,})ed$/, '$1'],
  [/([a-z]{3,})e$/, '$1'],
]

/** Crude on purpose: what it makes need not be a word, only the same for all forms of one. */
function stem(word: string): string {
  let stemmed = word
  for (const [ending, instead] of ENDINGS) stemmed = stemmed.replace(ending, instead)
  return stemmed.replace(/([a-z])\1$/, '$1')
}

const SYNONYMS: ReadonlyMap<string, string> = new Map(
  SAME.flatMap((line) => {
    const [first = '', ...others] = line.split(' ').map(stem)
    return others.map((other) => [other, first] as const)
  }),
)

/** The words of a text that say something, in their order, repetitions kept. */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9+]+/)
    .filter((word) => word.length > 1 && !STOP.has(word))
    .map(stem)
    .map((word) => SYNONYMS.get(word) ?? word)
}
