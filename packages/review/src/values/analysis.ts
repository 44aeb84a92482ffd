/** What the parts of the value analysis ask of each other. `analyse.ts` ties them together; each part knows only this. */
import type { ModuleGraph } from '../modules/graph.js'
import type { CallNode, Class, FunctionNode, MemberNode, Node } from '../syntax/nodes.js'
import type { Binding } from '../syntax/tree.js'
import type { Outside, Value } from './value.js'

/** Where a value goes, forwards. `path` is set where it goes inside an object: `['handler']` of `{ handler: f }`. */
export type Use =
  | { readonly kind: 'call'; readonly call: CallNode }
  | {
      readonly kind: 'argument'
      readonly call: CallNode
      readonly index: number
      readonly path: readonly string[]
    }

/** Facts about libraries that the values need; the catalogue fills them in. */
export interface Knowledge {
  /** The one name for keys that mean the same: `express:Router()` is `express:()`. */
  canonical(key: string): string
  /** What parameter `parameter` is of a callback that is argument `argument` (or lies in it at `path`) of a call of `callee`. */
  callbackParameter(
    callee: Outside,
    argument: number,
    path: readonly string[],
    parameter: number,
    call: CallNode,
  ): { key: string; transaction: boolean } | undefined
  /** Whether a call of it gives back what its first argument is: `Object.freeze`, `util.promisify`, `express-async-handler`. */
  returnsArgument(key: string): boolean
  /** Whether a parameter with this decorator is given by the framework, and is what the decorator says: `@Body()`. */
  decidesParameter(key: string): boolean
}

/** `target.name = value` */
export interface MemberAssignment {
  readonly target: MemberNode
  readonly value: Node
}

export interface Analysis {
  readonly graph: ModuleGraph
  readonly knowledge: Knowledge
  /** What an expression may be. Empty: unknown. */
  evaluate(node: Node): readonly Value[]
  /** What something of this type is. */
  ofType(type: Node): readonly Value[]
  /** What may be passed for a parameter. */
  parameter(fn: FunctionNode, index: number): readonly Value[]
  /** A member of a value, by name; `[]` is any element. */
  member(value: Value, name: string, site: Node): readonly Value[]
  /** What calling a value gives. */
  result(value: Value, call: CallNode): readonly Value[]
  /** What a function returns. */
  returned(fn: FunctionNode): readonly Value[]
  /** Where the value of an expression, function or class goes. */
  uses(node: Node): readonly Use[]
  /** All accesses of a member of this name, in any file. */
  membersNamed(name: string): readonly MemberNode[]
  /** Assignments (`=`) to a member of this name, in any file. */
  assignmentsTo(name: string): readonly MemberAssignment[]
  /** What is decorated on a Fastify instance under this name: `decorate('db', pool)`. */
  decorationsOf(name: string): readonly Node[]
  /** What a name of a scope is. */
  binding(binding: Binding): readonly Value[]
  /** Classes that extend or implement this class or interface. */
  heirs(node: Node): readonly Class[]
}
