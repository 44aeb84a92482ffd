/**
 * `/openapi.json`, and `/docs`: a page to read and try it. The page is one document that needs nothing from elsewhere; its
 * script and style stand in it, and a policy that names them by their hashes lets nothing else run, nor be asked.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { FastifyInstance } from 'fastify'
import { sendText } from './compression.js'
import type { OpenApiDocument } from './openapi.js'

/** Seen from dist/src/http. */
const FOLDER = new URL('../../../docs-page/', import.meta.url)
/** Each after those that it imports. */
const MODULES = ['elements.js', 'schema.js', 'try.js', 'page.js']

interface Page {
  readonly html: string
  readonly policy: string
}

function readPage(): Page {
  const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8')
  const style = read('style.css')
  const script = joined(MODULES.map(read))
  const digest = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  return {
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body><script type="module">${script}</script></body>
</html>
`,
    policy: [
      "default-src 'none'",
      `style-src ${digest(style)}`,
      `script-src ${digest(script)}`,
      "connect-src 'self'",
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  }
}

/** Modules in one scope: what they export to each other needs no name between them. */
const joined = (modules: readonly string[]): string =>
  modules
    .map((text) => text.replaceAll(/^import [\s\S]*? from '[^']*'$/gm, '').replaceAll(/^export /gm, ''))
    .join('\n')

export function docsRoutes(fastify: FastifyInstance, document: OpenApiDocument): void {
  const text = JSON.stringify(document)
  const { html, policy } = readPage()
  fastify.get('/openapi.json', (_request, reply) => {
    reply.header('content-type', 'application/json; charset=utf-8').header('cache-control', 'no-cache')
    sendText(reply, text)
  })
  fastify.get('/docs', (_request, reply) => {
    reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .header('cache-control', 'no-cache')
    sendText(reply, html)
  })
}
