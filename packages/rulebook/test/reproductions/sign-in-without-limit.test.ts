/** A list of common passwords against one account, all at once and over two processes. */
import assert from 'node:assert/strict'
import { scrypt } from 'node:crypto'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import Fastify, { type FastifyInstance } from 'fastify'
import type pg from 'pg'
import { createDatabase } from '../support/database.js'

const SCHEMA = `
  create table users (email text primary key, salt text not null, hash text not null);
  create table sign_in_attempts (subject text primary key, window_start timestamptz not null, attempts int not null);`

interface SignIn {
  Body: { email: string; password: string }
}

// Cheap for the test alone: production takes the parameters of OWASP's cheat sheet.
const derive = promisify<string, string, number, { N: number }, Buffer>(scrypt)
const hashOf = async (password: string, salt: string) =>
  (await derive(password, salt, 32, { N: 2 })).toString('hex')

async function isRight(pool: pg.Pool, { email, password }: SignIn['Body']): Promise<boolean> {
  const { rows } = await pool.query<{ salt: string; hash: string }>(
    'select salt, hash from users where email = $1',
    [email],
  )
  const hash = await hashOf(password, rows[0]?.salt ?? 'nobody')
  return hash === rows[0]?.hash
}

function naive(pool: pg.Pool) {
  const app = Fastify()
  app.post<SignIn>('/sign-in', async ({ body }, reply) => {
    if (!(await isRight(pool, body))) return reply.code(401).send({ code: 'wrong_credentials' })
    return { session: 'granted' }
  })
  return app
}

const ATTEMPTS_MAX = 10
const WINDOW = '15 minutes'

/** Counts in the database, before the password is looked at: correct over all processes and under concurrency. */
async function countAttempt(pool: pg.Pool, subject: string): Promise<number> {
  const { rows } = await pool.query<{ attempts: number }>(
    `insert into sign_in_attempts as a (subject, window_start, attempts)
     values ($1, now(), 1)
     on conflict (subject) do update set
       attempts = case when a.window_start > now() - $2::interval then a.attempts + 1 else 1 end,
       window_start = case when a.window_start > now() - $2::interval then a.window_start else now() end
     returning attempts`,
    [subject, WINDOW],
  )
  return rows[0]?.attempts ?? Infinity
}

function mended(pool: pg.Pool) {
  const app = Fastify()
  app.post<SignIn>('/sign-in', async ({ body, ip }, reply) => {
    const attempts = await Promise.all([
      countAttempt(pool, `account ${body.email.toLowerCase()}`),
      countAttempt(pool, `address ${ip}`),
    ])
    if (attempts.some((count) => count > ATTEMPTS_MAX)) {
      return reply.code(429).header('retry-after', '900').send({ code: 'too_many_attempts' })
    }
    if (!(await isRight(pool, body))) return reply.code(401).send({ code: 'wrong_credentials' })
    return { session: 'granted' }
  })
  return app
}

const RIGHT = 'correct horse'
const GUESSES = [...Array.from({ length: 60 }, (_, index) => `password${index}`), RIGHT]

/** Sends the first sixty guesses at once, alternating between the processes, then the right one. */
async function attack(processes: readonly FastifyInstance[]): Promise<number[]> {
  const guess = async (password: string, index: number) => {
    const answer = await processes[index % processes.length]?.inject({
      method: 'POST',
      url: '/sign-in',
      payload: { email: 'ada@example.com', password },
    })
    return answer?.statusCode ?? 0
  }
  const codes = await Promise.all(GUESSES.slice(0, -1).map(guess))
  return [...codes, await guess(RIGHT, 0)]
}

async function attackOn(t: TestContext, service: typeof naive): Promise<{ tried: number; last?: number }> {
  const database = await createDatabase(t, SCHEMA)
  await database.observer.query('insert into users values ($1, $2, $3)', [
    'ada@example.com',
    'salt',
    await hashOf(RIGHT, 'salt'),
  ])
  const codes = await attack([service(database.pool({ max: 4 })), service(database.pool({ max: 4 }))])
  return { tried: codes.filter((code) => code !== 429).length, last: codes.at(-1) }
}

test('the naive sign-in answers every guess, and lets the right one in', async (t) => {
  assert.deepEqual(await attackOn(t, naive), { tried: 61, last: 200 })
})

test('the mended sign-in looks at ten guesses at most over all processes', async (t) => {
  const { tried, last } = await attackOn(t, mended)
  // One less where two of them met, each the tenth by one counter and the eleventh by the other.
  assert.ok(tried > 0 && tried <= ATTEMPTS_MAX, `${tried}`)
  assert.equal(last, 429)
})
