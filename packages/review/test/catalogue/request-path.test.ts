/** Which functions run while a client waits. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestPath, wayOfRequest } from '../../src/catalogue/request-path.js'
import type { FunctionNode } from '../../src/syntax/nodes.js'
import { programOf } from '../support/program.js'

function namesOnPath(files: Readonly<Record<string, string>>): string[] {
  const program = programOf(files)
  return [...requestPath(program).keys()].map((fn) => nameOf(fn)).toSorted()
}

function nameOf(fn: FunctionNode): string {
  const { parent } = fn
  if (parent?.type === 'MethodDefinition' && parent.key.type === 'Identifier') return parent.key.name
  if (fn.type !== 'ArrowFunctionExpression' && fn.id) return fn.id.name
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name
  return '(arrow)'
}

test('handlers, what stands in them, and what they call in other files', () => {
  const names = namesOnPath({
    'app.ts': `import express from 'express'
import { load } from './load.js'
const app = express()
app.get('/a', async (req, res) => { res.json(await load(req.params.id)) })
function start() { warm() }
function warm() {}
start()`,
    'load.ts': `export async function load(id: string) { return [id].map(function one(x) { return deep(x) }) }
function deep(x: string) { return x }
export function unused() {}`,
  })
  assert.deepEqual(names, ['(arrow)', 'deep', 'load', 'one'])
})

test('handlers without parameters, of Fastify, Hono and Nest', () => {
  const names = namesOnPath({
    'a.ts': `import fastify from 'fastify'
const app = fastify()
app.get('/a', async () => first())
app.route({ method: 'GET', url: '/b', handler: second })
function first() {}
function second() {}
function third() {}`,
    'b.ts': `import { Hono } from 'hono'
const app = new Hono()
app.get('/x', () => fourth())
function fourth() {}`,
    'c.ts': `import { Controller, Get, Injectable } from '@nestjs/common'
@Injectable()
class Service { list() { return [] } nightly() {} }
@Controller('x')
class Things {
  constructor(private readonly service: Service) {}
  @Get() all() { return this.service.list() }
}`,
  })
  assert.deepEqual(names, ['(arrow)', '(arrow)', 'all', 'first', 'fourth', 'list', 'second'])
})

test('the way names the handler and the calls', () => {
  const program = programOf({
    'app.js': `const express = require('express')
const { middle } = require('./middle')
const app = express()
app.post('/a', (req, res) => middle(req.body))`,
    'middle.js': `exports.middle = (body) => last(body)
function last(body) { return eval(body) }`,
  })
  const call = program.calls().find((one) => program.textOf(one) === 'eval(body)')!
  const notes = wayOfRequest(program, call)!.map(({ file, note }) => `${file}: ${note}`)
  assert.deepEqual(notes, ['app.js: handles a request', 'app.js: calls middle', 'middle.js: calls last'])
})
