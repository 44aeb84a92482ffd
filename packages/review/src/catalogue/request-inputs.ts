/** What a client of the service decides: the parts of requests, per framework. A value reached from one of these keys is input. */
import { keyPattern } from '../values/value.js'

/** Parameters that Nest (and routing-controllers, type-graphql) fill from the request. */
export const PARAMETER_DECORATORS: ReadonlySet<string> = new Set(
  [
    '@nestjs/common:Body',
    '@nestjs/common:Query',
    '@nestjs/common:Param',
    '@nestjs/common:Headers',
    '@nestjs/common:UploadedFile',
    '@nestjs/common:UploadedFiles',
    '@nestjs/common:HostParam',
    '@nestjs/common:RawBody',
    '@nestjs/graphql:Args',
    '@nestjs/websockets:MessageBody',
    '@nestjs/common:Req',
    '@nestjs/common:Request',
    'routing-controllers:Body',
    'routing-controllers:QueryParam',
    'routing-controllers:Param',
    'routing-controllers:QueryParams',
    'type-graphql:Arg',
    'type-graphql:Args',
  ].map((key) => `${key}()`),
)

interface RequestInput {
  readonly key: string
  /** "the request's body" */
  readonly what: string
}

const PARTS: readonly RequestInput[] = [
  ...part('express:Request', {
    body: 'body',
    query: 'query string',
    params: 'path',
    headers: 'headers',
    cookies: 'cookies',
    'get()': 'headers',
    'header()': 'headers',
    'param()': 'parameters',
    originalUrl: 'URL',
    url: 'URL',
    file: 'upload',
    files: 'upload',
  }),
  ...part('fastify:Request', {
    body: 'body',
    query: 'query string',
    params: 'path',
    headers: 'headers',
    cookies: 'cookies',
    url: 'URL',
    originalUrl: 'URL',
    'raw.url': 'URL',
  }),
  ...part('hono:Context.req', {
    'json()': 'body',
    'text()': 'body',
    'parseBody()': 'body',
    'formData()': 'body',
    'query()': 'query string',
    'queries()': 'query string',
    'param()': 'path',
    'header()': 'headers',
    'valid()': 'validated input',
    url: 'URL',
    path: 'path',
  }),
  ...part('koa:Context', {
    'request.body': 'body',
    query: 'query string',
    'request.query': 'query string',
    params: 'path',
    headers: 'headers',
    'get()': 'headers',
    'cookies.get()': 'cookies',
    querystring: 'query string',
  }),
  ...part('http:IncomingMessage', { url: 'URL', headers: 'headers' }),
  ...part('@nestjs/common:Req()', {
    body: 'body',
    query: 'query string',
    params: 'path',
    headers: 'headers',
    cookies: 'cookies',
  }),
  ...part('@nestjs/common:Request()', {
    body: 'body',
    query: 'query string',
    params: 'path',
    headers: 'headers',
    cookies: 'cookies',
  }),
  ...part('next/server:NextRequest.new', {
    'json()': 'body',
    'text()': 'body',
    'formData()': 'body',
    'nextUrl.searchParams': 'query string',
    url: 'URL',
    headers: 'headers',
    cookies: 'cookies',
  }),
  ...part('next:NextApiRequest.new', {
    body: 'body',
    query: 'query string',
    headers: 'headers',
    cookies: 'cookies',
  }),
  ...part('aws-lambda:APIGatewayProxyEvent.new', {
    body: 'body',
    queryStringParameters: 'query string',
    pathParameters: 'path',
    headers: 'headers',
  }),
  ...part('aws-lambda:APIGatewayProxyEventV2.new', {
    body: 'body',
    queryStringParameters: 'query string',
    pathParameters: 'path',
    headers: 'headers',
  }),
  ...[...PARAMETER_DECORATORS]
    .filter((key) => !key.endsWith(':Req()') && !key.endsWith(':Request()'))
    .map((key) => ({ key, what: `the request, by @${key.slice(key.indexOf(':') + 1, -2)}()` })),
]

/** Keys are compared by their beginning: `express:Request.body.name` is of `express:Request.body`. */
const BY_FIRST = PARTS.map(({ key, what }) => ({ what, pattern: keyPattern(key), key }))

/** What part of a request this key is, or undefined. */
export function requestInput(key: string): string | undefined {
  if (
    !key.includes('Request') &&
    !key.includes('Context') &&
    !key.includes('IncomingMessage') &&
    !key.includes('Event') &&
    !key.includes('()')
  )
    return undefined
  for (const part of BY_FIRST) {
    if (key === part.key || (key.startsWith(part.key) && /^[.([]/.test(key.slice(part.key.length))))
      return part.what
  }
  return undefined
}

function part(base: string, parts: Record<string, string>): RequestInput[] {
  return Object.entries(parts).map(([name, what]) => ({
    key: `${base}.${name}`,
    what: `the request's ${what}`,
  }))
}
