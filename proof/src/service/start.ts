/** Starts the service, with a protection turned off where a switch says so. */
import { readConfig, type Log, type Server } from 'keelson'
import type { EngineParts } from 'keelson/internals/composition/server'
import { createServerOf } from 'keelson/internals/create-server'
import { serviceApp, type Version } from './app.js'

export interface ServiceOptions {
  readonly databaseUrl: string
  readonly version: Version
  readonly parts: EngineParts
  readonly log: Log
}

/** Applies its migrations; does not listen yet. */
export async function startService({ databaseUrl, version, parts, log }: ServiceOptions): Promise<Server> {
  const options = { databaseUrl, config: readConfig(process.env), log }
  // What version 2 adds, it adds to what version 1 has made.
  if (version === 2) await (await createServerOf(serviceApp(1), options, {})).close()
  return createServerOf(serviceApp(version), options, parts)
}
