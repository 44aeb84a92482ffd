/** `/docs`: every operation with its input, its answers and a curl to try it, drawn from `/openapi.json` by the browser. */
import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { OpenApiDocument } from './openapi.js'

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
details { border: 1px solid #8884; border-radius: .5rem; margin: .5rem 0; padding: .5rem 1rem }
summary { cursor: pointer; display: flex; gap: .75rem; align-items: baseline }
.method { font: 600 .8rem ui-monospace, monospace; min-width: 4rem }
.path, pre, code { font-family: ui-monospace, monospace; font-size: .9rem }
.about { opacity: .7; margin-left: auto; font-size: .9rem }
pre { background: #8881; border-radius: .5rem; padding: .75rem; overflow: auto }
h2 { margin-top: 2rem } h3 { margin-bottom: .25rem; font-size: 1rem }
`

const SCRIPT = `
const make = (tag, props = {}, ...children) => { const node = Object.assign(document.createElement(tag), props); node.append(...children); return node }
const resolve = (api, schema) => schema && schema.$ref ? schema.$ref.split('/').slice(1).reduce((at, name) => at[name], api) : schema
const sample = (api, schema, depth = 0) => {
  schema = resolve(api, schema) ?? {}
  if (depth > 6) return null
  if ('default' in schema) return schema.default
  if ('const' in schema) return schema.const
  if (schema.examples) return schema.examples[0]
  if (schema.enum) return schema.enum[0]
  const choice = schema.anyOf ?? schema.oneOf
  if (choice) return sample(api, choice[0], depth + 1)
  if (schema.type === 'object') return Object.fromEntries((schema.required ?? []).map((name) => [name, sample(api, schema.properties[name], depth + 1)]))
  if (schema.type === 'array') return [sample(api, schema.items, depth + 1)]
  if (schema.type === 'integer' || schema.type === 'number') return Math.max(1, schema.minimum ?? 1)
  if (schema.type === 'boolean') return true
  if (schema.format === 'uuid') return '00000000-0000-4000-8000-000000000000'
  if (schema.format === 'date-time') return '2026-01-31T12:00:00.000Z'
  return 'string'
}
const curl = (api, path, method, operation) => {
  let at = path
  for (const each of operation.parameters ?? []) if (each.in === 'path') at = at.replace('{' + each.name + '}', encodeURIComponent(sample(api, each.schema)))
  const lines = ['curl ' + (method === 'get' ? '' : '-X ' + method.toUpperCase() + ' ') + JSON.stringify(location.origin + at)]
  if (!(operation.security ?? []).some((each) => Object.keys(each).length === 0)) lines.push('-H "Authorization: Bearer $KEY"')
  if (method !== 'get') lines.push('-H "Idempotency-Key: $(uuidgen)"')
  const body = operation.requestBody?.content['application/json']?.schema
  if (body) lines.push('-H "Content-Type: application/json"', "-d '" + JSON.stringify(sample(api, body)).replaceAll("'", "'\\\\''") + "'")
  return lines.join(' \\\\\\n  ')
}
const shown = (api, schema) => JSON.stringify(schema, null, 2)
const draw = (api) => {
  document.title = api.info.title
  const root = document.body
  root.append(make('h1', { textContent: api.info.title + ' ' + api.info.version }), make('p', { textContent: api.info.description }))
  root.append(make('p', {}, make('a', { href: 'openapi.json', textContent: 'openapi.json' })))
  const groups = new Map()
  for (const [path, methods] of Object.entries(api.paths)) for (const [method, operation] of Object.entries(methods)) {
    const group = operation.tags?.[0] ?? 'others'
    groups.set(group, [...(groups.get(group) ?? []), { path, method, operation }])
  }
  for (const [group, operations] of groups) {
    root.append(make('h2', { textContent: group }))
    for (const { path, method, operation } of operations) {
      const box = make('details', {}, make('summary', {},
        make('span', { className: 'method', textContent: method.toUpperCase() }),
        make('span', { className: 'path', textContent: path }),
        make('span', { className: 'about', textContent: operation.summary ?? '' })))
      if (operation.description) box.append(make('p', { textContent: operation.description }))
      const scopes = (operation.security ?? []).flatMap((each) => each.bearer ?? [])
      const open = (operation.security ?? []).some((each) => Object.keys(each).length === 0)
      box.append(make('p', { textContent: open ? 'No key is needed.' : scopes.length ? 'Needs a key with scope ' + scopes.join(', ') + '.' : 'Needs a key.' }))
      box.append(make('pre', { textContent: curl(api, path, method, operation) }))
      const parameters = (operation.parameters ?? []).filter((each) => each.in !== 'header')
      if (parameters.length) box.append(make('h3', { textContent: 'Parameters' }), make('pre', { textContent: parameters.map((each) => each.name + (each.required ? '' : '?') + '  (' + each.in + ')  ' + JSON.stringify(each.schema)).join('\\n') }))
      const body = operation.requestBody?.content['application/json']?.schema
      if (body) box.append(make('h3', { textContent: 'Body' }), make('pre', { textContent: shown(api, body) }))
      for (const [status, response] of Object.entries(operation.responses)) {
        box.append(make('h3', { textContent: status + '  ' + response.description }))
        const schema = response.content?.['application/json']?.schema
        if (schema) box.append(make('pre', { textContent: shown(api, schema) }))
      }
      root.append(box)
    }
  }
}
fetch('openapi.json').then((response) => response.json()).then(draw, (error) => document.body.append(String(error)))
`

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>API</title><style>${STYLE}</style></head>
<body><script>${SCRIPT}</script></body>
</html>
`

const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const POLICY = `default-src 'none'; style-src ${digest(STYLE)}; script-src ${digest(SCRIPT)}; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'`

export function docsRoutes(fastify: FastifyInstance, document: OpenApiDocument): void {
  const text = JSON.stringify(document)
  fastify.get('/openapi.json', (_request, reply) => {
    reply
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-cache')
      .send(text)
  })
  fastify.get('/docs', (_request, reply) => {
    reply.header('content-type', 'text/html; charset=utf-8').header('content-security-policy', POLICY)
    reply.header('x-content-type-options', 'nosniff').header('cache-control', 'no-cache').send(PAGE)
  })
}
