/** However a stream falls into chunks, it is read the same, and none of its bytes is lost. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { BurstReader, type Burst } from '../../src/proxy/burst-reader.js'
import { bind, close, execute, message, parse, query, sslRequest, startup, sync } from './messages.js'

/** As the engine sends: COMMIT prepared once, later only bound. */
const MESSAGES = [
  startup(),
  message('p', Buffer.from('password')),
  query('set a = 1'),
  parse('keelson_commit', 'commit'),
  bind('keelson_commit', ''),
  execute(),
  sync(),
  parse('keelson_insert', "insert into a values ($1, '; commit;')"),
  bind('keelson_insert', 'S\0\0\0\x04commit\0'),
  execute(),
  bind('keelson_commit', ''),
  execute(),
  sync(),
  bind('keelson_insert', '; commit;'),
  execute(),
  sync(),
  query('commit'),
]
const STREAM = Buffer.concat(MESSAGES)

const read = (chunks: readonly Buffer[]): Burst[] => {
  const reader = new BurstReader()
  const bursts = chunks.flatMap((chunk) => reader.push(chunk))
  assert.equal(reader.takeRest().length, 0)
  return bursts
}

const summary = (bursts: readonly Burst[]): unknown[] =>
  bursts.map(({ bytes, commitAt }) => [bytes.toString('latin1'), commitAt])

test('cuts after the messages that are answered, and knows where COMMIT begins', () => {
  const bursts = read([STREAM])
  const lengthOf = (...places: readonly number[]): number =>
    places.reduce((sum, place) => sum + MESSAGES[place]!.length, 0)
  assert.deepEqual(
    bursts.map(({ bytes, commitAt }) => [bytes.length, commitAt]),
    [
      [lengthOf(0), undefined],
      [lengthOf(1), undefined],
      [lengthOf(2), undefined],
      [lengthOf(3, 4, 5, 6), lengthOf(3, 4)],
      [lengthOf(7, 8, 9, 10, 11, 12), lengthOf(7, 8, 9, 10)],
      [lengthOf(13, 14, 15), undefined],
      [lengthOf(16), 0],
    ],
  )
})

test('reads the same when split at every byte', () => {
  const whole = summary(read([STREAM]))
  for (let at = 0; at <= STREAM.length; at++)
    assert.deepEqual(summary(read([STREAM.subarray(0, at), STREAM.subarray(at)])), whole, `split at ${at}`)
  assert.deepEqual(summary(read([...STREAM].map((byte) => Buffer.from([byte])))), whole)
})

const NAME = fc.constantFrom('', 'keelson_commit', 'other')
const TEXT = fc.constantFrom('commit', 'select 1', "select '; commit'", 'end', '')
const MESSAGE = fc.oneof(
  fc.tuple(NAME, TEXT).map(([name, text]) => parse(name, text)),
  fc.tuple(NAME, fc.string(), NAME).map(([name, value, portal]) => bind(name, value, portal)),
  NAME.map((portal) => execute(portal)),
  NAME.map((name) => close(name)),
  TEXT.map((text) => query(text)),
  fc.constant(sync()),
)

test('any stream, in any chunks, comes out whole and the same', () => {
  fc.assert(
    fc.property(
      fc.array(MESSAGE, { maxLength: 30 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
      (messages, sizes) => {
        const stream = Buffer.concat([startup(), ...messages, sync()])
        const chunks: Buffer[] = []
        for (let at = 0; at < stream.length;) {
          const size = sizes.next().value as number
          chunks.push(stream.subarray(at, at + size))
          at += size
        }
        const bursts = read(chunks)
        assert.deepEqual(Buffer.concat(bursts.map(({ bytes }) => bytes)), stream)
        assert.deepEqual(summary(bursts), summary(read([stream])))
      },
    ),
  )
})

test('a statement that is closed or prepared anew is another', () => {
  const commitsIn = (...messages: readonly Buffer[]): number =>
    read([Buffer.concat([startup(), ...messages, sync()])]).filter(({ commitAt }) => commitAt !== undefined)
      .length
  assert.equal(commitsIn(parse('a', 'commit'), bind('a', ''), execute()), 1)
  assert.equal(commitsIn(parse('a', 'commit'), bind('a', '')), 0)
  assert.equal(commitsIn(parse('a', 'commit'), close('a'), bind('a', ''), execute()), 0)
  assert.equal(commitsIn(parse('a', 'commit'), parse('a', 'select 1'), bind('a', ''), execute()), 0)
  assert.equal(commitsIn(parse('a', 'commit'), bind('a', '', 'p'), bind('b', ''), execute()), 0)
  assert.equal(commitsIn(parse('a', 'commit'), bind('a', '', 'p'), bind('b', ''), execute('p')), 1)
})

test('an SSLRequest comes before the startup, TLS passes as it comes', () => {
  assert.equal(read([Buffer.concat([sslRequest(), startup(), query('commit')])]).length, 3)
  const hello = Buffer.from('160301020001000000fc', 'hex')
  const reader = new BurstReader()
  assert.equal(reader.push(sslRequest()).length, 1)
  for (const chunk of [hello, query('commit')])
    assert.deepEqual(reader.push(chunk), [{ bytes: chunk, commitAt: undefined }])
})

test('what has come of an incomplete burst can be taken out', () => {
  const reader = new BurstReader()
  reader.push(startup())
  const part = Buffer.concat([parse('', 'commit'), bind('', ''), execute(), Buffer.from('S\0')])
  assert.deepEqual(reader.push(part), [])
  assert.deepEqual(reader.takeRest(), part)
  assert.equal(reader.takeRest().length, 0)
})
