/**
 * What a request leaves behind is of its trace, also in another process. In a process of its own: the SDK is set up for the
 * whole process.
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base'
import type { Server } from '../../src/composition/server.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { failing, place as placing, send, startTracedApp, TRACED_SCRIPT } from '../support/traced-app.js'
import { until } from '../support/until.js'

const SENDER = 'b7ad6b7169203331'
const exporter = new InMemorySpanExporter()
let database: TestDatabase
before(async () => {
  database = await createTestDatabase(TRACED_SCRIPT)
})
after(() => database.drop())

const traceIdOf = (number: number): string => `0af7651916cd43dd8448eb211c8031${10 + number}`

async function place(server: Server, word: string, number: number, url = '/orders'): Promise<void> {
  const answer = await server.inject({
    method: 'POST',
    url,
    headers: { traceparent: `00-${traceIdOf(number)}-${SENDER}-01` },
    payload: { word },
  })
  assert.equal(answer.statusCode, 204)
}

interface Left {
  readonly name: string
  readonly traceparent: string
}

/** The events and ended jobs of a word, once there are all five of them. */
const leftBy = (word: string, number = WORDS.indexOf(word)): Promise<Left[]> =>
  until(`all work on ${word} is done`, async () => {
    const { rows } = await database.client.query<Left>(
      `select name, traceparent from keelson.events where key = $1
       union all select name, traceparent from keelson.jobs_ended where traceparent like $2
       order by name`,
      [word, `%${traceIdOf(number)}%`],
    )
    return rows.length === 5 && rows
  })

const WORDS = ['plain', 'one', 'two', 'three', 'unlucky']

test('without an SDK the trace is stored with what a request leaves behind, and with what that leaves', async () => {
  const server = await startTracedApp(database.url, ['http', 'worker'])
  failing.add('follow plain')
  try {
    await place(server, 'plain', 0)
    const left = await leftBy('plain')
    assert.deepEqual(
      left.map(({ name }) => name),
      ['order.followed', 'order.placed', 'order.sent', 'orders.remind', 'orders.send'],
    )
    // Nobody had a span but the request.
    assert.equal(new Set(left.map(({ traceparent }) => traceparent)).size, 1)
    assert.match(left[0]!.traceparent, new RegExp(`^00-${traceIdOf(0)}-[\\da-f]{16}-01$`))
    assert.ok(!left[0]!.traceparent.includes(SENDER))
  } finally {
    await server.close()
  }
  assert.deepEqual([...failing], [])
})

test('lines of subscribers and jobs name the trace, and the event or the job: whoever has one finds the other', async () => {
  const lines: string[] = []
  const server = await startTracedApp(database.url, ['http', 'worker'], lines)
  failing.add('follow logged').add('send logged')
  try {
    await place(server, 'logged', 6)
    await leftBy('logged', 6)
  } finally {
    await server.close()
  }
  const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  const { rows } = await database.client.query<{ event: string; job: string }>(
    `select (select id::text from keelson.events where key = 'logged' and name = 'order.placed') as event,
      (select id::text from keelson.jobs_ended where name = 'orders.send' and traceparent like $1) as job`,
    [`%${traceIdOf(6)}%`],
  )
  const { event, job } = rows[0]!
  const traced = { traceId: traceIdOf(6) }
  for (const msg of ['It is being followed.', 'A subscriber failed at an event. It is tried again.'])
    tells(
      told.find((line) => line['msg'] === msg),
      { ...traced, subscriber: 'following', event: 'order.placed', eventId: event, eventKey: 'logged' },
    )
  for (const msg of ['It is being sent.', 'An attempt of a job failed; another follows.'])
    tells(
      told.find((line) => line['msg'] === msg),
      { ...traced, job: 'orders.send', jobId: job, attempt: 1 },
    )
})

function tells(line: Record<string, unknown> | undefined, expected: Record<string, unknown>): void {
  const found = Object.fromEntries(Object.keys(expected).map((name) => [name, line?.[name]]))
  assert.deepEqual(found, expected)
}

/**
 * The spans of a trace, once there are so many: `name < parent's name`, with what tells spans of one name apart. Each line once:
 * the engine may run a handler again, and with it the spans that are made there.
 */
const treeOf = (number: number, size: number): Promise<string[]> => treeOfTrace(traceIdOf(number), size)

function treeOfTrace(traceId: string, size: number): Promise<string[]> {
  return until(`${size} spans have ended`, () => {
    const spans = exporter
      .getFinishedSpans()
      .filter((span) => span.spanContext().traceId === traceId && !isPhase(span.name))
    const byId = new Map(spans.map((span) => [span.spanContext().spanId, span.name]))
    const lines = new Set(spans.map((span) => lineOf(span, byId)))
    return lines.size >= size && [...lines].toSorted()
  })
}

const isPhase = (name: string): boolean => name.startsWith('keelson.')

function lineOf(
  { name, attributes, status, parentSpanContext }: ReadableSpan,
  byId: Map<string, string>,
): string {
  const { 'messaging.destination.name': event, 'keelson.job.attempt': attempt } = attributes
  const which = [event, attempt].filter((each) => each !== undefined).map((each) => ` (${String(each)})`)
  const parentId = parentSpanContext?.spanId ?? 'none'
  const parent = parentId === SENDER ? 'sender' : (byId.get(parentId) ?? parentId)
  return `${name}${which.join('')}${SAID[status.code]} < ${parent}`
}

const SAID = {
  [SpanStatusCode.UNSET]: '',
  [SpanStatusCode.OK]: ' OK',
  [SpanStatusCode.ERROR]: ' ERROR',
}

const TREE = [
  'POST /orders < sender',
  'archive process (order.followed) < following process',
  'archive process (order.sent) < orders.send process',
  'at work < following process',
  'following process (order.placed) < POST /orders',
  'orders.markSent < orders.send process',
  'orders.place < POST /orders',
  'orders.remind process (1) < following process',
  'orders.send process (1) < POST /orders',
  'reminding < orders.remind process',
  'sending < orders.send process',
]

test('with one, each request, its events and its jobs are one trace, also where events share a commit', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
  const requests = await startTracedApp(database.url, ['http'])
  // All three are there when the subscriber begins: it takes them in one commit.
  for (const number of [1, 2, 3]) await place(requests, WORDS[number]!, number)
  await requests.close()
  const work = await startTracedApp(database.url, ['worker'])
  try {
    for (const number of [1, 2, 3]) {
      await leftBy(WORDS[number]!)
      assert.deepEqual(await treeOf(number, TREE.length), TREE)
    }
  } finally {
    await work.close()
  }
  const spans = exporter.getFinishedSpans()
  const following = spans.filter(({ name }) => name === 'following process')
  assert.equal(following.length, 3)
  for (const { kind, attributes } of following) {
    assert.equal(kind, SpanKind.CONSUMER)
    assert.equal(attributes['messaging.system'], 'keelson')
    assert.ok(Number.isInteger(attributes['keelson.event.position']))
  }
  const jobs = spans.filter(({ attributes }) => attributes['keelson.job.id'] !== undefined)
  assert.equal(new Set(jobs.map(({ attributes }) => attributes['keelson.job.id'])).size, 6)
  for (const { kind } of jobs) assert.equal(kind, SpanKind.CONSUMER)
})

test('each try is a span, and says whether it failed', async () => {
  exporter.reset()
  failing.add('follow unlucky').add('send unlucky')
  const server = await startTracedApp(database.url, ['http', 'worker'])
  try {
    await place(server, 'unlucky', 4)
    await leftBy('unlucky')
    const failed = [
      'following process (order.placed) ERROR < POST /orders',
      'orders.send process (1) ERROR < POST /orders',
    ]
    const again = TREE.map((line) => line.replace('send process (1)', 'send process (2)'))
    const expected = [...again, ...failed].toSorted()
    assert.deepEqual(await treeOf(4, expected.length), expected)
  } finally {
    await server.close()
  }
  const types = exporter.getFinishedSpans().flatMap(({ attributes }) => attributes['error.type'] ?? [])
  assert.deepEqual(types.map(String).toSorted(), ['RangeError', 'failed'])
})

test('what a raw route executes is of its trace', async () => {
  exporter.reset()
  const server = await startTracedApp(database.url, ['http', 'worker'])
  try {
    await place(server, 'raw', 5, '/confirmations/raw')
    const expected = [
      'POST /confirmations/:word < sender',
      'archive process (order.sent) < POST /confirmations/:word',
      'orders.markSent < POST /confirmations/:word',
    ]
    assert.deepEqual(await treeOf(5, expected.length), expected)
  } finally {
    await server.close()
  }
})

test('what code of the process executes and enqueues within a span of its own is of that span', async () => {
  exporter.reset()
  const server = await startTracedApp(database.url, ['http', 'worker'])
  try {
    const traceId = await trace.getTracer('test').startActiveSpan('import', async (span) => {
      await server.execute(placing, { word: 'own' })
      await server.enqueue(send, { word: 'own' })
      span.end()
      return span.spanContext().traceId
    })
    const expected = TREE.map((line) =>
      line.replace('POST /orders < sender', 'import < none').replace('POST /orders', 'import'),
    ).toSorted()
    assert.deepEqual(await treeOfTrace(traceId, expected.length), expected)
    const { rows } = await database.client.query<{ n: number }>(
      `select count(*)::int as n from (select traceparent from keelson.jobs union all select traceparent from keelson.jobs_ended) as job where traceparent like $1`,
      [`%${traceId}%`],
    )
    // Both of `orders.send`, and what the event's subscriber has asked for.
    assert.equal(rows[0]!.n, 3)
    // Outside of a span nothing is invented.
    assert.equal(await traceparentOfJob(await server.enqueue(send, { word: 'plain again' })), null)
  } finally {
    await server.close()
  }
})

async function traceparentOfJob(id: string): Promise<string | null> {
  const { rows } = await database.client.query<{ traceparent: string | null }>(
    'select traceparent from keelson.jobs where id = $1 union all select traceparent from keelson.jobs_ended where id = $1',
    [id],
  )
  return rows[0]!.traceparent
}
