/** One owner at a time, decided by the file system. */
import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { EmbeddedError, startEmbeddedPostgres } from '../src/index.js'
import type { Home } from '../src/home.js'
import { takeLock, type Lock } from '../src/lock.js'
import { Owner } from './owner.js'
import { homeOf, scratchFolder, sql } from './scratch.js'

test('of two starts at once in one process, one wins and the other is told', async (t) => {
  const folder = await scratchFolder(t)
  const [first, second] = await Promise.allSettled([
    startEmbeddedPostgres({ folder }),
    startEmbeddedPostgres({ folder }),
  ])
  const [won, lost] = first.status === 'fulfilled' ? [first, second] : [second, first]
  assert.ok(won.status === 'fulfilled' && lost.status === 'rejected')
  assert.ok(lost.reason instanceof EmbeddedError)
  assert.equal(lost.reason.code, 'data_in_use')
  await won.value.stop()
})

test('of many processes that start on a new folder at once, exactly one wins', async (t) => {
  const folder = await scratchFolder(t)
  const owners = Array.from({ length: 6 }, () => new Owner(t, folder))
  const outcomes = await Promise.all(owners.map((owner) => owner.outcome()))
  assert.equal(outcomes.filter((outcome) => outcome.ready).length, 1)
  assert.equal(outcomes.filter((outcome) => outcome.failed?.code === 'data_in_use').length, 5)
  await Promise.all(owners.map((owner) => owner.kill()))
})

test('who comes too late learns the owner, the address and how to attach', async (t) => {
  const folder = await scratchFolder(t)
  const owner = new Owner(t, folder)
  const ready = await owner.ready()
  const home = await homeOf(folder)
  await assert.rejects(startEmbeddedPostgres({ folder }), (error) => {
    assert.ok(error instanceof EmbeddedError)
    assert.equal(error.code, 'data_in_use')
    for (const part of [`process ${owner.pid} `, `127.0.0.1:${ready.port}`, 'DATABASE_URL', home.url]) {
      assert.ok(error.message.includes(part), `${part} in: ${error.message}`)
    }
    return true
  })
  // As the message says.
  assert.deepEqual(await sql(await readFile(home.url, 'utf8'), 'select 1'), [[1]])
  await owner.stop()
  await (await startEmbeddedPostgres({ folder })).stop()
})

test('a lock is had by one of many takers, round after round', async (t) => {
  const home = await emptyHome(t)
  for (let round = 0; round < 30; round++) {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(home)))
    const taken = results.filter(
      (result): result is PromiseFulfilledResult<Lock> => result.status === 'fulfilled',
    )
    assert.equal(taken.length, 1, `round ${round}`)
    await taken[0]?.value.release()
  }
  assert.equal((await readdir(home.path)).length, 1)
})

test('the lock of a dead owner, of a recycled process id, of an earlier boot and of a copied folder is void', async (t) => {
  const home = await emptyHome(t)
  const own = await ownLock(home)
  const init = { ...own, pid: 1, start: 'long ago' }
  const dead = { ...own, pid: 2 ** 22 + 1 }
  const boot = { ...own, boot: 'an earlier one' }
  const copied = { ...own, place: '0:0' }
  let generation = 1
  for (const owner of [dead, ...(process.platform === 'linux' ? [init, boot] : []), copied]) {
    generation += 10
    await writeFile(join(home.path, `owner.${generation}`), JSON.stringify(owner))
    await (await takeLock(home)).release()
  }
})

test('the lock of another container or machine holds, and the message names the file', async (t) => {
  const home = await emptyHome(t)
  const own = await ownLock(home)
  const path = join(home.path, 'owner.7')
  await writeFile(path, JSON.stringify({ ...own, host: 'elsewhere', namespace: 'pid:[1]', boot: 'other' }))
  await assert.rejects(takeLock(home), (error) => {
    assert.ok(error instanceof EmbeddedError)
    assert.equal(error.code, 'data_in_use')
    assert.match(error.message, /'elsewhere'/)
    assert.ok(error.message.includes(path))
    return true
  })
})

async function emptyHome(t: TestContext): Promise<Home> {
  const home = await homeOf(await scratchFolder(t))
  await mkdir(home.path, { recursive: true })
  return home
}

/** What this process writes into its lock. */
async function ownLock(home: Home): Promise<object> {
  const lock = await takeLock(home)
  const content = JSON.parse(await readFile(join(home.path, 'owner.1'), 'utf8')) as object
  await lock.release()
  return content
}
