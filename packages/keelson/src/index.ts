/** The public exports, and the only barrel. */
export { app, type App, type AppOptions, type DevelopmentExample } from './app.js'
export { createServer } from './create-server.js'
export type { Server, ServerOptions } from './composition/server.js'

export { command, type CommandDefinition, type CommandHttp } from './operation/command.js'
export { query, type QueryDefinition } from './operation/query.js'
export { route, type RouteContext, type RouteDefinition } from './http/route.js'
export { event, type Event, type EventDefinition } from './events/event.js'
export { job, type JobContext, type JobDefinition, type JobExecuteOptions } from './operation/job.js'
export type { EnqueueOptions, Job, Retry } from './jobs/job.js'
export type { EventLag, SubscriberLag } from './events/lag.js'
export {
  subscriber,
  type Delivered,
  type Subscriber,
  type SubscriberContext,
  type SubscriberDefinition,
} from './operation/subscriber.js'
export { module, type Module } from './operation/module.js'
export type { Command, Operation, Query, RawRoute } from './operation/definition.js'
export type {
  CommandContext,
  CommandVocabulary,
  QueryContext,
  RequestInfo,
  Services,
} from './operation/context.js'
export type { ExecuteOptions } from './operation/execute.js'

export { all, any, anyone, hidden, not, requireScope, scope, signedIn } from './operation/access.js'
export { hasScope, type Actor } from './operation/actor.js'
export type { Authenticate } from './auth/authenticator.js'
export type { KeyGrant } from './auth/key-grant.js'
export type { ApiKey, IssuedKey, KeyFilter, KeyStore, Rotation } from './auth/key-store.js'

export {
  badRequest,
  conflict,
  forbidden,
  gone,
  notFound,
  paymentRequired,
  preconditionFailed,
  tooManyRequests,
  unavailable,
  unprocessable,
  type ErrorDeclaration,
} from './operation/declared-errors.js'
export type { CorsOptions } from './http/cors.js'
export { ERRORS, KeelsonError, type ErrorCode } from './errors.js'
export type { Problem } from './operation/problem.js'

export { pageInput, pageOf, type PageInputOptions } from './operation/page.js'
export {
  oneOf,
  range,
  type ByChoice,
  type ByRange,
  type Filter,
  type FilterValues,
  type FilterWire,
} from './operation/filter.js'
export type { SortValue, SortWire } from './operation/sort.js'
export { described } from './schema/described.js'
export { external } from './schema/external.js'
export { rowSchema, type RowSchema } from './schema/row-schema.js'
export { bigintCodec, bytesCodec, dayCodec, timestampCodec } from './schema/json-codecs.js'
export { maybe } from './engine/condition.js'
export type { Key, NewRow, Page, Patch, Reads, Row, Where, Writes } from './engine/vocabulary.js'

export type { Role } from './work/background.js'
export { readConfig, type Config } from './config/config.js'
export { createLog, type Log, type LogOptions } from './telemetry/log.js'
export type { Seed, SeedContext } from './cli/seed.js'
