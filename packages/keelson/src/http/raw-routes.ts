/**
 * Serves the routes of `route`: the caller is told, the input read and the rule applied as for operations; then the
 * handler has Fastify's own request and reply. Bodies are not read ahead, and are bounded as they arrive.
 */
import { Readable, Transform } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Authenticate } from '../auth/authenticator.js'
import { KeelsonError } from '../errors.js'
import { refusal, type RenderProblem } from '../operation/answer.js'
import type { CompiledOperation } from '../operation/compiled.js'
import type { RawRoute } from '../operation/definition.js'
import type { LocalExecutor } from '../operation/execute.js'
import type { Pipeline } from '../operation/pipeline.js'
import type { Services } from '../operation/context.js'
import type { Log } from '../telemetry/log.js'
import { HttpCall } from './http-call.js'
import { queryReader, type ReadInput } from './read-input.js'
import { attribute } from './request-log.js'
import { spanOf } from './request-spans.js'
import type { ExecuteAsCaller, RouteContext } from './route.js'

export interface RawRouteParts {
  readonly routes: ReadonlyMap<RawRoute, CompiledOperation>
  readonly prefix: string
  readonly pipeline: Pipeline
  readonly executor: LocalExecutor
  readonly authenticate: Authenticate
  readonly challenge: string | undefined
  readonly render: RenderProblem
  readonly services: Services
  readonly log: Log
  /** For routes that do not say their own. */
  readonly bodyBytesMax: number
}

export class RawRoutes {
  readonly #parts: RawRouteParts
  readonly #underWay = new Set<HttpCall>()

  constructor(parts: RawRouteParts) {
    this.#parts = parts
  }

  async register(fastify: FastifyInstance): Promise<void> {
    await fastify.register((own, _options, done) => {
      own.removeAllContentTypeParsers()
      own.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload))
      for (const [{ bodyBytesMax }, compiled] of this.#parts.routes) {
        const { method, path } = compiled.route!
        const read = queryReader(compiled)
        const bytesMax = bodyBytesMax ?? this.#parts.bodyBytesMax
        own.route({
          method,
          url: this.#parts.prefix + path,
          handler: (request, reply) => {
            void this.#serve({ compiled, read, bytesMax }, request, reply)
          },
        })
      }
      done()
    })
  }

  /** The process stops: streams are to end. */
  stop(): void {
    for (const call of this.#underWay) call.abort(new KeelsonError('shutting_down'))
  }

  async #serve(
    { compiled, read, bytesMax }: { compiled: CompiledOperation; read: ReadInput; bytesMax: number },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const { authenticate, pipeline, challenge, render } = this.#parts
    const timeout = () => refusal(new KeelsonError('timeout'), request.id, render)
    const call = new HttpCall(request, reply, timeout, true, challenge, false)
    attribute(request, call)
    this.#underWay.add(call)
    reply.raw.once('close', () => this.#underWay.delete(call))
    try {
      const actor = authenticate(call)
      call.actor = actor instanceof Promise ? await actor : actor
      const input = await pipeline.enter(compiled, call, read(request))
      reply.header('cache-control', 'no-store')
      const context = this.#context(compiled, call, input, bytesMax, request, reply) as never
      const span = spanOf(request)
      const value = await (span === undefined
        ? compiled.run(context)
        : span.within(() => compiled.run(context)))
      if (reply.sent) return
      if (value === undefined) reply.code(204).send()
      else reply.send(value)
    } catch (error) {
      const answer = pipeline.refuse(compiled, call, error)
      // An answer that has begun cannot become another: that it ends early is all that can be told.
      if (reply.sent) reply.raw.destroy()
      else call.finish(answer)
    }
  }

  #context(
    { name }: CompiledOperation,
    call: HttpCall,
    input: unknown,
    bytesMax: number,
    request: FastifyRequest,
    reply: FastifyReply,
  ): RouteContext<unknown, unknown> {
    const { executor, services, log } = this.#parts
    const execute: ExecuteAsCaller = (operation, given, options) =>
      executor.execute(operation, given, { ...options, as: call.actor, trace: call.trace })
    return {
      input,
      actor: call.actor,
      request,
      reply,
      body: bounded(request, bytesMax),
      execute,
      get signal() {
        return call.signal
      },
      get log() {
        return log.child({ requestId: call.id, traceId: call.trace.traceId, operation: name })
      },
      services,
    }
  }
}

function bounded(request: FastifyRequest, bytesMax: number): Readable {
  const { body } = request
  if (!(body instanceof Readable)) return Readable.from([])
  if (Number(request.raw.headers['content-length'] ?? 0) > bytesMax) throw new KeelsonError('body_too_large')
  let bytes = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      if (bytes > bytesMax) done(new KeelsonError('body_too_large'))
      else done(null, chunk)
    },
  })
  body.once('error', (error) => counted.destroy(error))
  body.once('aborted', () => counted.destroy(new Error('The caller hung up.')))
  return body.pipe(counted)
}
