/** Where requests come in, and what stands before the handlers, in every framework. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { blockingCall } from '../../src/catalogue/blocking-calls.js'
import { outsideCall } from '../../src/catalogue/outside-calls.js'
import { requestPath } from '../../src/catalogue/request-path.js'
import { routesOf } from '../../src/catalogue/routes/routes.js'
import { programOf } from '../support/program.js'

/** Each route as `method path < before | before > number of handlers`. */
function routes(files: Record<string, string>): string[] {
  const program = programOf(files)
  return routesOf(program)
    .map(
      ({ method, path, before, handlers }) =>
        `${method} ${path} < ${before.map((node) => program.shortOf(node)).join(' | ')} > ${handlers.length}`,
    )
    .sort()
}

test('routers of Express mounted into each other, middleware of the route, the router and the application', () => {
  const files = {
    'auth.ts': `import { Router } from 'express'\nimport { login, check } from './h'\nconst router = Router()\nrouter.use(audit)\nrouter.post('/login', check, login)\nrouter.route('/me').get(login)\nexport default router\nrouter.use(tooLate)`,
    'h.ts': `export async function login(req, res) {}\nexport const check = (req, res, next) => next()`,
    'app.ts': `import express from 'express'\nimport auth from './auth'\nconst app = express()\napp.use(helmet())\napp.use('/other', other)\napp.use('/auth', limiter, auth)\napp.get('/', (req, res) => res.end())\napp.get('setting')`,
  }
  assert.deepEqual(routes(files), [
    'get / < helmet() > 1',
    'get /auth/me < audit | limiter | helmet() > 1',
    'post /auth/login < check | audit | limiter | helmet() > 1',
  ])
})

test('plugins of Fastify with prefixes and hooks', () => {
  const files = {
    'app.js': `const fastify = require('fastify')()\nfastify.register(limit)\nfastify.register(require('./users'), { prefix: '/users' })`,
    'users.js': `module.exports = async function (app) {\n app.addHook('onRequest', verify)\n app.get('/:id', { preHandler: own }, async (request) => 1)\n app.route({ method: 'PUT', url: '/', handler: put })\n async function put(request) {}\n}`,
  }
  assert.deepEqual(routes(files), [
    `get /users/:id < own | verify | limit | require('./users') > 1`,
    `put /users < verify | limit | require('./users') > 1`,
  ])
})

test('controllers of Nest with guards of the method, the class and the application', () => {
  const files = {
    'a.ts': `import { Controller, Post, UseGuards } from '@nestjs/common'\n@Controller('auth')\n@UseGuards(A)\nexport class C {\n @UseGuards(B)\n @Post('login')\n async login() {}\n}`,
    'm.ts': `import { APP_GUARD, NestFactory } from '@nestjs/core'\nexport const p = { provide: APP_GUARD, useClass: ThrottlerGuard }\nasync function main() { const app = await NestFactory.create(M); app.use(limiter) }`,
  }
  assert.deepEqual(routes(files), [
    `post /auth/login < UseGuards(B) | Post('login') | Controller('auth') | UseGuards(A) | ThrottlerGuard | limiter > 1`,
  ])
})

test('applications of Hono and routers of Koa', () => {
  const files = {
    'a.ts': `import { Hono } from 'hono'\nconst sub = new Hono()\nsub.post('/x', v, async (c) => c.text(''))\nconst app = new Hono()\napp.use('*', limit)\napp.route('/sub', sub)`,
    'k.js': `const Router = require('@koa/router')\nconst r = new Router()\nr.get('/k', async (ctx) => {})`,
  }
  assert.deepEqual(routes(files), ['get /k <  > 1', 'post /sub/x < v | limit > 1'])
})

test('functions that requests reach, calls that block and calls that leave', () => {
  const program = programOf({
    'a.ts': `import express from 'express'\nimport fs from 'node:fs'\nimport axios from 'axios'\nimport { compareSync as same } from 'bcryptjs'\nimport Stripe from 'stripe'\nconst stripe = new Stripe('')\nfunction never() {}\nfunction used() { fs.readFileSync('x'); same('a', 'b') }\nexpress().get('/', (req, res) => { [1].map(used); axios.post('u'); fetch('u'); stripe.charges.create({}) })`,
  })
  const names = [...requestPath(program).keys()].map((fn) => fn.id?.name ?? 'handler').sort()
  assert.deepEqual(names, ['handler', 'used'])
  assert.deepEqual(
    program.calls().flatMap((call) => blockingCall(program, call)?.key ?? []),
    ['fs:readFileSync', 'bcryptjs:compareSync'],
  )
  assert.deepEqual(
    program.calls().flatMap((call) => outsideCall(program, call)?.what ?? []),
    ['an HTTP request', 'an HTTP request', 'a payment'],
  )
})
