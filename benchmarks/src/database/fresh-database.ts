/**
 * A contender's database. It has a template, made once: its tables, loaded and analysed. Every pass runs on a fresh
 * copy, so that no pass inherits the size, the bloat or the statistics of those before it.
 */
import type { ShopSide } from '../contenders/contender.js'
import { loadCatalogue } from './catalogue.js'
import { withClient } from './client.js'

export interface CopyableDatabase {
  /** The URL of a new copy that replaces the one before. Everything is on disk when this resolves. */
  copy(): Promise<string>
  /** Drops the copy and the template. */
  remove(): Promise<void>
}

export interface FreshDatabase extends CopyableDatabase {
  readonly token: string
}

export async function freshDatabase(
  serverUrl: string,
  contender: string,
  shop: ShopSide,
): Promise<FreshDatabase> {
  let token = ''
  const database = await copyable(serverUrl, `bench_${contender.replaceAll('-', '_')}`, async (url) => {
    ;({ token } = await shop.prepare(url))
    await withClient(url, loadCatalogue)
  })
  return { ...database, token }
}

/** `prepare` fills the template. */
export async function copyable(
  serverUrl: string,
  name: string,
  prepare: (templateUrl: string) => Promise<void>,
): Promise<CopyableDatabase> {
  const template = `${name}_template`
  const onServer = (...statements: string[]): Promise<void> =>
    withClient(serverUrl, async (client) => {
      for (const statement of statements) await client.query(statement)
    })

  await onServer(drop(template), `create database ${template}`)
  const templateUrl = urlOf(serverUrl, template)
  await prepare(templateUrl)
  await withClient(templateUrl, (client) => client.query('vacuum analyze'))
  return {
    async copy() {
      // The checkpoint gives every pass the same start: no dirty pages, no full-page images due from before.
      await onServer(drop(name), `create database ${name} template ${template}`, 'checkpoint')
      return urlOf(serverUrl, name)
    },
    remove: () => onServer(drop(name), drop(template)),
  }
}

const drop = (database: string): string => `drop database if exists ${database} with (force)`

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
