/**
 * All files of a review and how their names are tied together: which binding of which file an import means in the end, through any
 * number of re-exports, and which imports in other files mean a given binding. Circles of re-exports end.
 */
import type { Node, Root } from '../syntax/nodes.js'
import { rootOf } from '../syntax/nodes.js'
import { Bindings } from '../syntax/bindings.js'
import { Lines } from '../syntax/spans.js'
import { parseTree, type Binding } from '../syntax/tree.js'
import type { Note } from '../finding.js'
import { readExports, requiredBy, type Exports } from './exports.js'
import { Manifests } from './manifest.js'
import type { Module, Target } from './module.js'
import { Resolution } from './resolution.js'
import type { SourceFile } from '../sources/source-file.js'

export class ModuleGraph {
  readonly modules: readonly Module[]
  readonly notes: readonly Note[]
  private readonly byRoot = new Map<Root, Module>()
  private readonly byPath = new Map<string, Module>()
  private readonly exports = new Map<Module, Exports>()
  private readonly resolution: Resolution
  private requirersOf: Map<Module, Node[]> | undefined
  private importersOf: Map<Node, { node: Node; module: Module }[]> | undefined

  constructor(files: readonly SourceFile[]) {
    const manifests = new Manifests()
    const modules: Module[] = []
    const notes: Note[] = []
    for (const file of files) {
      const module = readModule(file, manifests)
      if (typeof module === 'string') {
        notes.push({ file: file.path, message: module })
        continue
      }
      modules.push(module)
      this.byRoot.set(module.tree.root, module)
      this.byPath.set(module.absolutePath, module)
    }
    this.modules = modules
    this.notes = notes
    this.resolution = new Resolution((path) => this.byPath.has(path), manifests)
  }

  /** The file that a node stands in. */
  moduleOf(node: Node): Module {
    const module = this.byRoot.get(rootOf(node))
    if (!module) throw new Error(`a node outside the review: ${node.type}`)
    return module
  }

  /** What a specifier written in `module` means. */
  resolve(module: Module, specifier: string): Target {
    const resolved = this.resolution.resolve(module.absolutePath, specifier)
    const file = resolved.kind === 'file' ? this.byPath.get(resolved.absolutePath) : undefined
    if (file) return { kind: 'namespace', module: file }
    return {
      kind: 'package',
      package: resolved.kind === 'package' ? resolved.name : specifier,
      name: undefined,
    }
  }

  exportsOf(module: Module): Exports {
    let found = this.exports.get(module)
    if (!found) this.exports.set(module, (found = readExports(module)))
    return found
  }

  /** What `module` exports under `name`; undefined where it does not, or only through `module.exports = …` (ask `exportsOf().whole`). */
  exported(module: Module, name: string, seen = new Set<Module>()): Target | undefined {
    if (seen.has(module)) return undefined
    seen.add(module)
    const { names, stars } = this.exportsOf(module)
    const found = names.get(name)
    if (found?.kind === 'local') return this.local(module, found.node, seen)
    if (found?.kind === 'from') return this.imported(module, found.specifier, found.name, seen)
    if (name === 'default') return undefined
    for (const specifier of stars) {
      const target = this.resolve(module, specifier)
      // A package may export anything: only a single star to one is taken as the source.
      if (target.kind === 'package') {
        if (stars.length === 1) return { kind: 'package', package: target.package, name }
        continue
      }
      if (target.kind !== 'namespace') continue
      const inner = this.exported(target.module, name, seen)
      if (inner) return inner
    }
    return undefined
  }

  /** What an import binding means in the end; undefined where it cannot be told. */
  importOf(binding: Binding, module: Module, seen = new Set<Module>()): Target | undefined {
    const { declaration } = binding
    switch (declaration.type) {
      case 'ImportNamespaceSpecifier':
        return this.imported(module, sourceOf(declaration), undefined, seen)
      case 'ImportDefaultSpecifier':
        return this.imported(module, sourceOf(declaration), 'default', seen)
      case 'ImportSpecifier': {
        const { imported } = declaration
        return this.imported(
          module,
          sourceOf(declaration),
          imported.type === 'Literal' ? imported.value : imported.name,
          seen,
        )
      }
      case 'TSImportEqualsDeclaration': {
        const specifier = requiredBy(declaration.moduleReference, module)
        return specifier === undefined ? undefined : this.imported(module, specifier, undefined, seen)
      }
      default:
        return undefined
    }
  }

  /** Identifiers in other files (import bindings, re-exports excluded) that mean the thing declared or written at `node`. */
  importers(node: Node): readonly { node: Node; module: Module }[] {
    this.importersOf ??= this.readImporters()
    return this.importersOf.get(node) ?? []
  }

  /** Expressions and names in other files that are this module as a whole: `require('./x')`, `import('./x')`, `import * as x`. */
  requirers(module: Module): readonly Node[] {
    this.requirersOf ??= this.readRequirers()
    return this.requirersOf.get(module) ?? []
  }

  private imported(
    module: Module,
    specifier: string,
    name: string | undefined,
    seen: Set<Module>,
  ): Target | undefined {
    const target = this.resolve(module, specifier)
    if (target.kind === 'package') return { ...target, name: name === 'default' ? undefined : name }
    if (target.kind !== 'namespace' || name === undefined) return target
    const found = this.exported(target.module, name, seen)
    if (found) return found
    const { whole } = this.exportsOf(target.module)
    if (whole === undefined) return undefined
    return name === 'default' ? { kind: 'expression', node: whole, module: target.module } : undefined
  }

  private local(module: Module, node: Node, seen: Set<Module>): Target | undefined {
    if (node.type === 'Identifier') {
      const binding = module.bindings.of(node)
      if (binding?.kind === 'import') return this.importOf(binding, module, seen)
      return binding ? { kind: 'binding', binding, module } : { kind: 'expression', node, module }
    }
    return { kind: 'expression', node, module }
  }

  private readRequirers(): Map<Module, Node[]> {
    const index = new Map<Module, Node[]>()
    const add = (target: Target | undefined, node: Node): void => {
      if (target?.kind === 'namespace') index.set(target.module, [...(index.get(target.module) ?? []), node])
    }
    for (const module of this.modules) {
      for (const node of requireCalls(module)) {
        const specifier = requiredBy(node, module)
        if (specifier !== undefined) add(this.resolve(module, specifier), node)
      }
      for (const binding of module.tree.scopes.get(module.tree.root)?.values() ?? []) {
        if (binding.kind === 'import') add(this.importOf(binding, module), binding.id)
      }
    }
    return index
  }

  private readImporters(): Map<Node, { node: Node; module: Module }[]> {
    const index = new Map<Node, { node: Node; module: Module }[]>()
    for (const module of this.modules) {
      for (const binding of module.tree.scopes.get(module.tree.root)?.values() ?? []) {
        if (binding.kind !== 'import') continue
        const target = this.importOf(binding, module)
        if (target?.kind !== 'binding' && target?.kind !== 'expression') continue
        const key: Node = target.kind === 'binding' ? target.binding.id : target.node
        const list = index.get(key) ?? []
        list.push({ node: binding.id, module })
        index.set(key, list)
      }
    }
    return index
  }
}

function requireCalls(module: Module): Node[] {
  const calls = (module.tree.identifiers.get('require') ?? []).map((id) => id.parent!)
  return [...calls, ...(module.tree.byType.get('ImportExpression') ?? [])]
}

function sourceOf(specifier: Node): string {
  const declaration = specifier.parent
  return declaration?.type === 'ImportDeclaration' ? declaration.source.value : ''
}

function readModule(file: SourceFile, manifests: Manifests): Module | string {
  let tree
  try {
    tree = parseTree(file.path, file.text)
  } catch (error) {
    return `could not be read: ${error instanceof Error ? error.message : String(error)}`
  }
  if (typeof tree === 'string') return tree
  return {
    path: file.path,
    absolutePath: file.absolutePath,
    text: file.text,
    tree,
    bindings: new Bindings(tree),
    lines: new Lines(file.text),
    manifest: manifests.of(file.absolutePath),
    isTest:
      /(?:^|\/)(?:__tests__|__mocks__|tests?|e2e|spec)\/|\.(?:test|spec|e2e-spec|bench)\.[cm]?[jt]sx?$/.test(
        file.path,
      ),
  }
}
