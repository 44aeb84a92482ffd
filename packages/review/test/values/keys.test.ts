/** What an expression is does not depend on how the code gets there. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseCall } from '../../src/catalogue/database/calls.js'
import { isWithin } from '../../src/syntax/nodes.js'
import { programOf } from '../support/program.js'

/** Keys of the argument of every call of the global `probe`, joined. */
function probes(files: Record<string, string>): string[] {
  const program = programOf(files)
  assert.deepEqual(program.notes, [])
  return program
    .calls()
    .filter((call) => program.callees(call).some(({ key }) => key === 'global:probe'))
    .map((call) =>
      call.type === 'CallExpression' && call.arguments[0] ? program.keys(call.arguments[0]).join(' | ') : '',
    )
}

const POOL = `import { Pool } from 'pg'\nexport const pool = new Pool()\n`
const WAYS: Record<string, Record<string, string>> = {
  'in the same file': { 'a.ts': `${POOL} probe(pool.query)` },
  'through a barrel and another name': {
    'db.ts': POOL,
    'index.ts': `export { pool as database } from './db.js'`,
    'a.ts': `import { database as d } from './index'\nconst { query } = d\nprobe(query)`,
  },
  'through a star': {
    'db.ts': POOL,
    'index.ts': `export * from './db'`,
    'a.ts': `import * as all from '.'\nprobe(all.pool.query)`,
  },
  'as a default export': {
    'db.ts': `import pg from 'pg'\nexport default new pg.Pool()`,
    'a.ts': `import anything from './db.js'\nprobe(anything.query)`,
  },
  'by CommonJS': {
    'db.js': `const { Pool: P } = require('pg')\nexports.pool = new P()`,
    'a.js': `const { pool: q } = require('./db')\nprobe(q.query)`,
  },
  'by module.exports': {
    'db.js': `const pg = require('pg')\nmodule.exports = { pool: new pg.Pool() }`,
    'a.mjs': `import db from './db.js'\nprobe(db.pool.query)`,
  },
  'from a factory': {
    'a.ts': `import { Pool } from 'pg'\nconst make = () => new Pool()\nprobe(make().query)`,
  },
  'in a class': {
    'a.ts': `import { Pool } from 'pg'\nclass A { pool = new Pool(); go() { probe(this.pool.query) } }`,
  },
  'set in a constructor': {
    'a.ts': `import { Pool } from 'pg'\nclass A { constructor(p) { this.p = p }\n go() { probe(this.p.query) } }\nnew A(new Pool())`,
  },
  'by type': { 'a.ts': `import type { Pool } from 'pg'\nfunction f(db: Pool) { probe(db.query) }` },
  'by an interface of dependencies': {
    'a.ts': `import type { Pool } from 'pg'\ninterface Deps { db: Pool }\nfunction f({ db }: Deps) { probe(db.query) }`,
  },
  'as an argument': {
    'a.js': `import { f } from './b.js'\nimport { Pool } from 'pg'\nf(new Pool())`,
    'b.js': `export function f(db) { probe(db.query) }`,
  },
  inherited: { 'a.ts': `import { Pool } from 'pg'\nclass A extends Pool { go() { probe(this.query) } }` },
  awaited: {
    'a.ts': `import { Pool } from 'pg'\nasync function open() { return new Pool() }\nprobe((await open()).query)`,
  },
  'in app.locals': {
    'a.ts': `import express from 'express'\nimport { Pool } from 'pg'\nconst app = express()\napp.locals.db = new Pool()\napp.get('/', (req) => probe(app.locals.db.query))`,
  },
  'decorated on Fastify': {
    'a.ts': `import fastify from 'fastify'\nimport { Pool } from 'pg'\nconst app = fastify()\napp.decorate('db', new Pool())\napp.get('/', async (request) => probe(request.server.db.query))`,
  },
}

for (const [way, files] of Object.entries(WAYS)) {
  test(`a pool's query is known ${way}`, () => {
    assert.deepEqual(probes(files), ['pg:Pool.new.query'])
  })
}

test('a local of the same name is not the global or the package', () => {
  assert.deepEqual(
    probes({
      'a.ts': `const Pool = class { query() {} }\nprobe(new Pool().query)\nconst fetch = () => 1\nprobe(fetch)`,
    }),
    ['', ''],
  )
})

test('a handler knows its request through a wrapper, a router and another file', () => {
  const files = {
    'wrap.js': `module.exports = (fn) => (req, res, next) => fn(req, res, next).catch(next)`,
    'handlers.js': `exports.show = async (a, b) => { probe(a.body.name) }`,
    'app.js': `const express = require('express')\nconst wrap = require('./wrap')\nconst handlers = require('./handlers')\nconst router = express.Router()\nrouter.post('/x', wrap(handlers.show))`,
  }
  assert.deepEqual(probes(files), ['express:Request.body.name'])
})

test('the handle of a transaction is the client, and says which transaction', () => {
  const program = programOf({
    'a.ts': `import { PrismaClient } from '@prisma/client'\nconst prisma = new PrismaClient()\nprisma.$transaction(async (tx) => { await tx.user.findMany() })\nprisma.user.count()`,
  })
  const found = program.calls().flatMap((call) => databaseCall(program, call) ?? [])
  assert.deepEqual(
    found.map(({ method, table, kind }) => [method, table, kind]),
    [
      ['$transaction', undefined, 'transaction'],
      ['findMany', 'user', 'read-many'],
      ['count', 'user', 'count'],
    ],
  )
  assert.ok(found[1]?.transaction && isWithin(found[1].call, found[1].transaction))
  assert.equal(found[2]?.transaction, undefined)
})

test('circles of imports, functions and types end', () => {
  const files = {
    'a.ts': `import { b } from './b'\nexport const a = b\nexport function f(x) { return g(x) }\nfunction g(x) { return f(x) }\nprobe(f(1).y)\ntype T = { t: T }\nlet t: T\nprobe(t.t.t.t)`,
    'b.ts': `import { a } from './a'\nexport const b = a\nexport * from './a'\nprobe(b)`,
  }
  assert.deepEqual(probes(files), ['', '', ''])
})

test('text that would overflow a parser is a note', () => {
  const program = programOf({
    'a.js': `x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}`,
    'b.js': `x = ${'a=>'.repeat(20_000)}1`,
    'c.js': `x = ${'1+'.repeat(20_000)}1`,
    'd.js': 'const = ;',
    'e.js': '\u0000',
    'f.js': 'ok()',
  })
  assert.deepEqual(
    program.notes.map(({ file }) => file),
    ['a.js', 'b.js', 'c.js', 'd.js', 'e.js'],
  )
  assert.equal(program.modules.length, 1)
})
