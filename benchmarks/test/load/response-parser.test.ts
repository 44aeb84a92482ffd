import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ResponseParser } from '../../src/load/response-parser.js'

interface Seen {
  readonly answers: [status: number, keepAlive: boolean][]
  readonly parser: ResponseParser
}

function parser(): Seen {
  const answers: [number, boolean][] = []
  return { answers, parser: new ResponseParser((status, keepAlive) => answers.push([status, keepAlive])) }
}

/** Fed in pieces of this size; what lies behind the piece in the buffer must not be looked at. */
function feed(target: ResponseParser, text: string, pieceBytes: number): void {
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes)
    const buffer = Buffer.alloc(piece.length + 64, '\r\n\r\n')
    piece.copy(buffer)
    target.feed(buffer, piece.length)
  }
}

const responses = {
  counted: 'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-length: 7\r\n\r\n{"a":1}',
  empty: 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n',
  chunked:
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\nA\r\n\r\n34567890\r\n0\r\nTrailer: 1\r\n\r\n',
  noBody: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 120\r\n\r\n',
  interim:
    'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 2\r\n\r\nno',
}

test('responses of every framing are told apart, wherever the stream is cut', () => {
  const { counted, empty, chunked, noBody, interim } = responses
  const stream = counted + chunked + empty + noBody + counted + interim
  for (let pieceBytes = 1; pieceBytes <= stream.length; pieceBytes++) {
    const { answers, parser: target } = parser()
    feed(target, stream, pieceBytes)
    const wanted = [
      [201, true],
      [200, true],
      [200, true],
      [304, true],
      [201, true],
      [404, false],
    ]
    assert.deepEqual(answers, wanted, `in pieces of ${pieceBytes}`)
    assert.equal(target.midway, false)
  }
})

test('an answer counts at its last byte, not before', () => {
  for (const response of [responses.counted, responses.chunked, responses.empty]) {
    const { answers, parser: target } = parser()
    feed(target, response.slice(0, -1), 1000)
    assert.equal(answers.length, 0)
    assert.equal(target.midway, true)
    feed(target, response.slice(-1), 1000)
    assert.equal(answers.length, 1)
  }
})

test('a body without a length ends with the connection, which then serves no more', () => {
  const { answers, parser: target } = parser()
  feed(target, 'HTTP/1.1 200 OK\r\n\r\nall that comes', 10)
  assert.deepEqual(answers, [])
  target.close()
  assert.deepEqual(answers, [[200, false]])
})

test('HTTP/1.0 closes unless it says otherwise', () => {
  const { answers, parser: target } = parser()
  feed(target, 'HTTP/1.0 200 OK\r\ncontent-length: 0\r\n\r\n', 1000)
  feed(target, 'HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\ncontent-length: 0\r\n\r\n', 1000)
  assert.deepEqual(answers, [
    [200, false],
    [200, true],
  ])
})

test('a connection that closes midway is an error', () => {
  const { parser: target } = parser()
  feed(target, responses.counted.slice(0, -1), 1000)
  assert.throws(() => target.close(), /middle of a response/)
})

test('what is not HTTP is refused', () => {
  const wrong = [
    'SSH-2.0-OpenSSH_9.2\r\n\r\n',
    'HTTP/1.1 abc Hm\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 1e3\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n',
  ]
  for (const text of wrong) assert.throws(() => feed(parser().parser, text, 1000), text)
  assert.throws(() => feed(parser().parser, `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`, 1000), /no end/)
})
