/** What reaches the server and what the client hears, for each way to break a connection; on a server that writes it down. */
import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { TcpProxy } from '../../src/proxy/proxy.js'
import { until } from '../until.js'
import { fakeClient, fakeServer, type FakeClient, type FakeServer, type Heard } from './fake-server.js'
import { bind, execute, parse, startup, sync } from './messages.js'

const PREPARE = Buffer.concat([startup(), parse('keelson_commit', 'commit'), sync()])
const WRITES = Buffer.concat([bind('insert', '; commit;'), execute()])
const COMMIT = Buffer.concat([bind('keelson_commit', ''), execute(), sync()])
const BURST = Buffer.concat([WRITES, COMMIT])
/** The Bind of COMMIT does nothing yet. */
const HEAD = BURST.subarray(0, BURST.length - execute().length - sync().length)
const READ = Buffer.concat([bind('select', 'commit'), execute(), sync()])

interface Scene {
  readonly server: FakeServer
  readonly proxy: TcpProxy
  /** A client that has prepared its COMMIT, and its connection as the server sees it. */
  readonly connect: () => Promise<{ readonly client: FakeClient; readonly heard: Heard }>
}

async function scene(test: TestContext, answer = ''): Promise<Scene> {
  const server = await fakeServer(test, answer)
  const proxy = await TcpProxy.open(server.url)
  test.after(() => proxy.close())
  return {
    server,
    proxy,
    async connect() {
      const before = server.connections.length
      const client = await fakeClient(test, proxy.url)
      client.socket.write(PREPARE)
      await until('the preparation', () => server.connections[before]?.bytes.length === PREPARE.length)
      await until('its answer', () => answer === '' || client.bytes.length > 0)
      client.bytes = Buffer.alloc(0)
      const heard = server.connections[before]!
      heard.bytes = Buffer.alloc(0)
      return { client, heard }
    },
  }
}

const hasHeard = (heard: Heard, bytes: Buffer): Promise<void> =>
  until(`${bytes.length} bytes`, () => heard.bytes.length >= bytes.length).then(() =>
    assert.deepEqual(heard.bytes, bytes),
  )

test('passes what it is not told to break, both ways, and the ends too', async (t) => {
  const { connect, proxy } = await scene(t, 'answer')
  const { client, heard } = await connect()
  client.socket.write(BURST)
  await hasHeard(heard, BURST)
  await until('the answer', () => client.bytes.toString() === 'answer')
  client.socket.end(Buffer.from('P\0'))
  await until('the end', () => heard.hasEnded && client.isClosed)
  assert.deepEqual(heard.bytes, Buffer.concat([BURST, Buffer.from('P\0')]))
  assert.equal(client.errorCode, undefined)
  await until('no connection', () => proxy.connections === 0)
})

test('cut after COMMIT: the server has all of it, the client hears nothing, wherever the chunks end', async (t) => {
  const { connect, proxy } = await scene(t, 'answer')
  for (let at = 0; at <= BURST.length; at++) {
    const { client, heard } = await connect()
    proxy.cutAfterCommit(1)
    client.socket.write(READ)
    await hasHeard(heard, READ)
    await until('the answer', () => client.bytes.toString() === 'answer')
    heard.bytes = client.bytes = Buffer.alloc(0)
    client.socket.write(BURST.subarray(0, at))
    // A chunk of its own on the way as well.
    await new Promise((resolve) => setImmediate(resolve))
    client.socket.write(BURST.subarray(at))
    await until('the cut', () => client.isClosed && heard.hasEnded)
    assert.deepEqual(heard.bytes, BURST)
    assert.equal(client.bytes.length, 0, `split at ${at}`)
  }
  assert.equal(proxy.commitsCut, BURST.length + 1)
})

test('cut after COMMIT: no answer passes while the burst is still on its way', async (t) => {
  const { connect, proxy } = await scene(t)
  const { client, heard } = await connect()
  proxy.cutAfterCommit(1)
  heard.socket.pause()
  const large = Buffer.concat([bind('insert', 'x'.repeat(16 * 1024 * 1024)), execute(), COMMIT])
  client.socket.write(large)
  await until('the COMMIT at the proxy', () => proxy.commitsCut === 1)
  heard.socket.write('answer')
  await until('the answer to be taken', () => heard.socket.writableLength === 0)
  assert.equal(client.isClosed, false)
  heard.socket.resume()
  await until('the cut', () => client.isClosed && heard.hasEnded)
  assert.equal(heard.bytes.length, large.length)
  assert.equal(client.bytes.length, 0)
})

test('cut before COMMIT: the server has what stands before it, and the end', async (t) => {
  const { connect, proxy } = await scene(t)
  const { client, heard } = await connect()
  proxy.cutBeforeCommit(1)
  client.socket.write(BURST)
  await until('the cut', () => client.isClosed && heard.hasEnded)
  assert.deepEqual(heard.bytes, HEAD)
})

for (const from of ['burst', 'commit'] as const)
  test(`late COMMIT (${from}): the client is cut at once, the server hears it later`, async (t) => {
    const { connect, proxy } = await scene(t)
    const { client, heard } = await connect()
    proxy.lateCommit(1, 300, from)
    const sentMs = performance.now()
    client.socket.write(BURST)
    await until('the cut', () => client.isClosed)
    const before = heard.bytes
    assert.ok(before.length <= HEAD.length && !heard.hasEnded)
    await until('the end', () => heard.hasEnded)
    assert.deepEqual(heard.bytes, BURST)
    assert.ok(performance.now() - sentMs >= 290)
  })

test('the faults of COMMIT are for so many, and can be taken back', async (t) => {
  const { connect, proxy } = await scene(t)
  const disarm = proxy.cutAfterCommit(2)
  const [first, second] = [await connect(), await connect()]
  first.client.socket.write(BURST)
  await until('the first cut', () => first.client.isClosed)
  disarm()
  second.client.socket.write(BURST)
  await hasHeard(second.heard, BURST)
  assert.equal(second.client.isClosed, false)
  assert.equal(proxy.commitsCut, 1)
})

test('half open: the client is gone, and the server knows nothing of it until it is mended', async (t) => {
  const { connect, proxy } = await scene(t)
  const { client, heard } = await connect()
  const release = proxy.halfOpen()
  await until('the cut', () => client.isClosed)
  const other = await connect()
  assert.equal(heard.hasEnded || heard.isClosed, false)
  release()
  await until('the other end', () => heard.isClosed)
  assert.equal(other.client.isClosed, false)
})

test('black hole: nothing passes, new connections neither; what was swallowed breaks at the end', async (t) => {
  const { connect, proxy, server } = await scene(t, 'answer')
  const [quiet, talking] = [await connect(), await connect()]
  proxy.blackHole(true)
  talking.client.socket.write(READ)
  const late = await fakeClient(t, proxy.url)
  late.socket.write(startup())
  talking.heard.socket.write('of itself')
  const bytes = READ.length + startup().length + 'of itself'.length
  await until('the bytes to be swallowed', () => proxy.swallowedBytes === bytes)
  assert.equal(server.connections.length, 2)
  assert.equal(late.isClosed, false)
  proxy.blackHole(false)
  await until('the breaks', () => talking.client.isClosed && late.isClosed && talking.heard.isClosed)
  assert.equal(talking.heard.bytes.length + talking.client.bytes.length + late.bytes.length, 0)
  quiet.client.socket.write(READ)
  await hasHeard(quiet.heard, READ)
})

test('reset and refuse', async (t) => {
  const { connect, proxy, server } = await scene(t)
  const { client, heard } = await connect()
  proxy.reset()
  await until('the reset', () => client.isClosed && heard.isClosed)
  assert.equal(client.errorCode, 'ECONNRESET')
  proxy.refuse(true)
  const refused = await fakeClient(t, proxy.url)
  await until('the refusal', () => refused.isClosed)
  assert.equal(server.connections.length, 1)
  proxy.mend()
  await connect()
})

test('delay: later, in order, and not lost when it is taken back', async (t) => {
  const { connect, proxy } = await scene(t, 'answer')
  const { client, heard } = await connect()
  proxy.delay(150)
  const sentMs = performance.now()
  client.socket.write(READ)
  await new Promise((resolve) => setImmediate(resolve))
  client.socket.write(BURST)
  await until('the bytes', () => heard.bytes.length === READ.length + BURST.length)
  assert.ok(performance.now() - sentMs >= 140)
  assert.deepEqual(heard.bytes, Buffer.concat([READ, BURST]))
  proxy.mend()
  await until('the answer', () => client.bytes.toString().startsWith('answer'))
})

test('a client hears of a server that is not there by a reset', async (t) => {
  const proxy = await TcpProxy.open('postgres://127.0.0.1:1/nowhere')
  t.after(() => proxy.close())
  const client = await fakeClient(t, proxy.url)
  await until('the reset', () => client.isClosed)
  assert.equal(client.errorCode, 'ECONNRESET')
})
