/**
 * From an import's specifier to a file of the review or an outside package. Files of the review are found without touching the disk;
 * the rest (tsconfig paths, package exports and imports, links of a workspace) is oxc-resolver's. Nothing needs to be installed: what
 * does not resolve to a file of the review is outside, under its own name.
 */
import { isBuiltin } from 'node:module'
import { dirname, join, normalize } from 'node:path'
import { ResolverFactory } from 'oxc-resolver'
import type { Manifests } from './manifest.js'

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs']
const WRITTEN_FOR: Record<string, readonly string[]> = {
  '.js': ['.ts', '.tsx', '.js', '.jsx'],
  '.jsx': ['.tsx', '.jsx'],
  '.mjs': ['.mts', '.mjs'],
  '.cjs': ['.cts', '.cjs'],
}

export type Resolved =
  | { readonly kind: 'file'; readonly absolutePath: string }
  | { readonly kind: 'package'; readonly name: string }

/** Resolves specifiers between the files of one review; each pair is asked once. */
export class Resolution {
  private readonly has: (absolutePath: string) => boolean
  private readonly manifests: Manifests
  private readonly answers = new Map<string, Resolved>()
  private readonly resolver = new ResolverFactory({
    tsconfig: 'auto',
    conditionNames: ['source', 'types', 'node', 'import', 'require', 'default'],
    extensions: EXTENSIONS,
    extensionAlias: Object.fromEntries(Object.entries(WRITTEN_FOR).map(([key, value]) => [key, [...value]])),
    mainFields: ['source', 'module', 'main'],
  })

  constructor(has: (absolutePath: string) => boolean, manifests: Manifests) {
    this.has = has
    this.manifests = manifests
  }

  resolve(fromFile: string, specifier: string): Resolved {
    const key = `${dirname(fromFile)}\u0000${specifier}`
    let answer = this.answers.get(key)
    if (!answer) this.answers.set(key, (answer = this.find(fromFile, specifier)))
    return answer
  }

  private find(fromFile: string, specifier: string): Resolved {
    if (specifier.startsWith('node:')) return { kind: 'package', name: specifier.slice(5) }
    if (isBuiltin(specifier)) return { kind: 'package', name: specifier }
    if (specifier.startsWith('.')) {
      const near = this.existing(normalize(join(dirname(fromFile), specifier)))
      return near === undefined ? { kind: 'package', name: specifier } : { kind: 'file', absolutePath: near }
    }
    const found = this.asked(fromFile, specifier) ?? this.inWorkspace(specifier)
    return found === undefined ? { kind: 'package', name: specifier } : { kind: 'file', absolutePath: found }
  }

  /** A file of the review at this path, its extension written, left out, or the compiled one's; or the index of a folder. */
  private existing(path: string): string | undefined {
    if (this.has(path)) return path
    const extension = path.match(/\.[cm]?jsx?$/)?.[0]
    if (extension) {
      for (const written of WRITTEN_FOR[extension] ?? []) {
        const candidate = path.slice(0, -extension.length) + written
        if (this.has(candidate)) return candidate
      }
    }
    for (const added of EXTENSIONS) if (this.has(path + added)) return path + added
    for (const added of EXTENSIONS)
      if (this.has(join(path, `index${added}`))) return join(path, `index${added}`)
    return undefined
  }

  private asked(fromFile: string, specifier: string): string | undefined {
    let path: string | undefined
    try {
      path = this.resolver.resolveFileSync(fromFile, specifier).path
    } catch {
      return undefined
    }
    return path === undefined ? undefined : this.source(path)
  }

  /** A package of this repository that is not linked in node_modules. */
  private inWorkspace(specifier: string): string | undefined {
    for (const manifest of this.manifests.known()) {
      const { name, directory } = manifest
      if (name === undefined || (specifier !== name && !specifier.startsWith(`${name}/`))) continue
      const rest = specifier.slice(name.length)
      const entries = manifest.entries.get(`.${rest}`) ?? []
      for (const entry of [
        ...entries,
        ...(rest === '' ? ['src/index', 'index'] : [`.${rest}`, `src${rest}`]),
      ]) {
        const found = this.source(join(directory, entry))
        if (found !== undefined) return found
      }
    }
    return undefined
  }

  /** The path itself, or the source that a compiled file was made from. */
  private source(path: string): string | undefined {
    const plain = path.replace(/\.d\.([cm]?)ts$/, '.$1ts')
    return (
      this.existing(plain) ??
      this.existing(plain.replace(/\/(?:dist|build|lib)\//, '/src/')) ??
      this.existing(plain.replace(/\/(?:dist|build)\//, '/'))
    )
  }
}
