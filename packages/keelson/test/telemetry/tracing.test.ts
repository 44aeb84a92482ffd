/** Spans, as an SDK of OpenTelemetry gets them. In a process of its own: the SDK is set up for the whole process. */
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
import { openTracing } from '../../src/telemetry/tracing.js'
import { createTestDatabase, type TestDatabase } from '../support/database.js'
import { buy, SCRIPT, startApp, type TestApp } from '../support/app.js'

const exporter = new InMemorySpanExporter()
let database: TestDatabase
let app: TestApp
before(async () => {
  assert.equal(await openTracing(), undefined, 'without an SDK there is no tracing')
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
  database = await createTestDatabase(SCRIPT)
  app = await startApp(database.url)
  await database.client.query("insert into items values ('tea', 10, 1000)")
})
after(async () => {
  await app.server.close()
  await database.drop()
})

const spansOf = (traceId: string): ReadableSpan[] =>
  exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId)
const named = (spans: readonly ReadableSpan[], name: string): ReadableSpan => {
  const found = spans.find((span) => span.name === name)
  assert.ok(found, `${name} among ${spans.map((span) => span.name).join(', ')}`)
  return found
}
const millis = ([seconds, nanos]: readonly [number, number]): number => seconds * 1000 + nanos / 1e6

test("a request, its command and its phases are one trace, the sender's", async () => {
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const sender = 'b7ad6b7169203331'
  const answer = await app.server.inject({
    method: 'POST',
    url: '/v1/purchases?secret=1',
    headers: { ...app.headers, traceparent: `00-${traceId}-${sender}-01`, 'x-request-id': 'traced' },
    payload: { sku: 'tea', quantity: 1 },
  })
  // What a query string holds is nobody's business.
  assert.equal(answer.statusCode, 400)
  const bought = await app.server.inject({
    method: 'POST',
    url: '/v1/purchases',
    headers: { ...app.headers, traceparent: `00-${traceId}-${sender}-01` },
    payload: { sku: 'tea', quantity: 1 },
  })
  assert.equal(bought.statusCode, 201)
  const spans = spansOf(traceId)
  assert.ok(!JSON.stringify(spans.map(({ attributes }) => attributes)).includes('secret'))
  const request = spans.find(({ attributes }) => attributes['http.response.status_code'] === 201)!
  assert.deepEqual([request.name, request.kind], ['POST /v1/purchases', SpanKind.SERVER])
  assert.equal(request.parentSpanContext?.spanId, sender)
  assert.equal(request.attributes['http.route'], '/v1/purchases')
  // The answer and the log name the very span.
  assert.equal(bought.headers['traceparent'], `00-${traceId}-${request.spanContext().spanId}-01`)
  assert.ok(app.logged.some((line) => line.includes(traceId)))
  const command = named(spans, 'items.buy')
  assert.equal(command.parentSpanContext?.spanId, request.spanContext().spanId)
  assert.match(String(command.attributes['keelson.group.id']), /^[\da-f-]{36}$/)
  assert.equal(command.attributes['keelson.group.size'], 1)
  let lastMs = millis(command.startTime)
  for (const name of ['keelson.speculate', 'keelson.queue', 'keelson.accept', 'keelson.flush']) {
    const phase = named(spans, name)
    assert.equal(phase.parentSpanContext?.spanId, command.spanContext().spanId)
    assert.ok(millis(phase.startTime) >= lastMs - 0.01, name)
    lastMs = millis(phase.startTime)
  }
  assert.ok(millis(request.startTime) <= millis(command.startTime) + 1)
})

test('a failure marks its span; probes and unknown paths stay out of it, or have no route', async () => {
  exporter.reset()
  for (const url of ['/livez', '/readyz', '/v1/boom', '/nowhere']) await app.server.inject(url)
  const spans = exporter.getFinishedSpans()
  assert.deepEqual(
    spans.map(({ name, status }) => [name, status.code]),
    [
      ['GET /v1/boom', SpanStatusCode.ERROR],
      ['GET', SpanStatusCode.UNSET],
    ],
  )
})

test('what the process executes itself belongs to the span around it', async () => {
  exporter.reset()
  const tracer = trace.getTracer('test')
  await tracer.startActiveSpan('nightly', async (span) => {
    await app.server.execute(
      buy,
      { sku: 'tea', quantity: 1 },
      { as: { id: crypto.randomUUID(), scopes: [] } },
    )
    span.end()
  })
  const spans = exporter.getFinishedSpans()
  assert.equal(
    named(spans, 'items.buy').parentSpanContext?.spanId,
    named(spans, 'nightly').spanContext().spanId,
  )
})
