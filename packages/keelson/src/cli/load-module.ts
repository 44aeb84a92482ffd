/** Loads the modules that the command line names. */
import { access } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isApp, type App } from '../app.js'
import { Obstacle } from './failure.js'
import type { Seed } from './seed.js'

/** Throws Obstacle where there is no such file; errors of the module itself come as they are. */
async function defaultExportOf(file: string): Promise<unknown> {
  const path = resolve(file)
  if (/\.[cm]?tsx?$/.test(path))
    throw new Obstacle(`${file} is TypeScript: build it, and name the JavaScript file.`)
  await access(path).catch((cause: unknown) => {
    throw new Obstacle(`There is no file ${path}. Is it built?`, { cause })
  })
  const loaded = (await import(pathToFileURL(path).href)) as { default?: unknown }
  return loaded.default
}

export async function loadApp(file: string): Promise<App> {
  const app = await defaultExportOf(file)
  if (!isApp(app))
    throw new Obstacle(
      `${file} does not export an app: write \`export default app({ name: '…', modules: […] })\`.`,
    )
  return app
}

export async function loadSeed(file: string): Promise<Seed> {
  const seed = await defaultExportOf(file)
  if (typeof seed !== 'function')
    throw new Obstacle(`${file} does not export a function by default, which --seed runs.`)
  return seed as Seed
}
