/** The nearest package.json of a file: its name and which major version of a library it asks for. Broken ones count as empty. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What the reviewer reads of a package.json. */
export interface Manifest {
  readonly directory: string
  readonly name: string | undefined
  readonly module: boolean
  /** Where the package can be entered: `exports`, `source`, `main`, as written. */
  readonly entries: ReadonlyMap<string, readonly string[]>
  readonly dependencies: ReadonlyMap<string, string>
}

/** Finds manifests upwards of files, each read once. */
export class Manifests {
  private readonly byDirectory = new Map<string, Manifest | undefined>()

  /** The manifest that rules a file. */
  of(absolutePath: string): Manifest | undefined {
    return this.at(dirname(absolutePath))
  }

  /** All that were met, for the packages of a workspace. */
  known(): Manifest[] {
    return [...new Set(this.byDirectory.values())].filter((manifest) => manifest !== undefined)
  }

  private at(directory: string): Manifest | undefined {
    if (this.byDirectory.has(directory)) return this.byDirectory.get(directory)
    const above = dirname(directory)
    const found = readManifest(directory) ?? (above === directory ? undefined : this.at(above))
    this.byDirectory.set(directory, found)
    return found
  }
}

/** The major version that a range asks for: 4 of `^4.18.2`, `~4`, `>=4 <5`; undefined for `*`, `latest`, a URL. */
export function majorOf(manifest: Manifest | undefined, library: string): number | undefined {
  const range = manifest?.dependencies.get(library)
  const digits = range?.match(/^\D{0,4}(\d+)/)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

function readManifest(directory: string): Manifest | undefined {
  let text: string
  try {
    text = readFileSync(join(directory, 'package.json'), 'utf8')
  } catch {
    return undefined
  }
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    data = {}
  }
  const json = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>
  const dependencies = new Map<string, string>()
  for (const field of ['peerDependencies', 'devDependencies', 'optionalDependencies', 'dependencies']) {
    for (const [name, range] of Object.entries((json[field] ?? {}) as Record<string, unknown>)) {
      if (typeof range === 'string') dependencies.set(name, range)
    }
  }
  return {
    directory,
    name: typeof json.name === 'string' ? json.name : undefined,
    module: json.type === 'module',
    entries: entriesOf(json),
    dependencies,
  }
}

function entriesOf(json: Record<string, unknown>): Map<string, string[]> {
  const entries = new Map<string, string[]>()
  const add = (name: string, value: unknown): void => {
    if (typeof value === 'string') entries.set(name, [...(entries.get(name) ?? []), value])
    else if (typeof value === 'object' && value !== null)
      for (const inner of Object.values(value)) add(name, inner)
  }
  const exported = json.exports
  if (
    typeof exported === 'object' &&
    exported !== null &&
    Object.keys(exported).some((key) => key.startsWith('.'))
  ) {
    for (const [key, value] of Object.entries(exported)) add(key, value)
  } else add('.', exported)
  for (const field of ['source', 'module', 'main', 'types']) add('.', json[field])
  return entries
}
