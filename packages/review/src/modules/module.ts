/** A file of the review as everything downstream sees it. */
import type { Node } from '../syntax/nodes.js'
import type { Binding, Tree } from '../syntax/tree.js'
import type { Bindings } from '../syntax/bindings.js'
import type { Lines } from '../syntax/spans.js'
import type { Manifest } from './manifest.js'

export interface Module {
  /** Relative to the root of the review, with `/`. */
  readonly path: string
  readonly absolutePath: string
  readonly text: string
  readonly tree: Tree
  readonly bindings: Bindings
  readonly lines: Lines
  readonly manifest: Manifest | undefined
  /** Tests, scripts and the like: code that does not serve requests. */
  readonly isTest: boolean
}

/** What an exported or imported name is in the end. */
export type Target =
  | { readonly kind: 'binding'; readonly binding: Binding; readonly module: Module }
  | { readonly kind: 'expression'; readonly node: Node; readonly module: Module }
  | { readonly kind: 'namespace'; readonly module: Module }
  /** `name` is undefined for the whole package. */
  | { readonly kind: 'package'; readonly package: string; readonly name: string | undefined }
