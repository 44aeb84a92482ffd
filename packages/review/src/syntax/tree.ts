/**
 * A parsed file with what one cheap pass over it collects: parents, nodes by type, names declared in scopes, identifiers by name. All
 * questions of scope are answered from these on demand (bindings.ts), so that code nobody asks about costs nothing more.
 */
import { parseSync, visitorKeys } from 'oxc-parser'
import { nestingFault } from './nesting.js'
import { isFunction, type Identifier, type Node, type Root } from './nodes.js'

const DEPTH_MAX = 1_500
const LITERAL_LENGTH_MIN = 12

export type BindingKind =
  | 'var'
  | 'let'
  | 'const'
  | 'function'
  | 'class'
  | 'parameter'
  | 'import'
  | 'catch'
  | 'type'
  | 'enum'

/** A name of a scope and where it is declared. */
export interface Binding {
  readonly name: string
  readonly kind: BindingKind
  /** The identifier that declares it. */
  readonly id: Identifier
  /** VariableDeclarator, function, class, import specifier, catch clause, type or enum declaration, in which `id` stands. */
  readonly declaration: Node
  readonly tree: Tree
}

/** One file, parsed. */
export interface Tree {
  readonly root: Root
  readonly text: string
  /** Names that a node (Program, function, block, loop, class, catch, module block) opens a scope for. */
  readonly scopes: Map<Node, Map<string, Binding>>
  /** Nodes of a type in source order. Of literals only texts of twelve characters and more. */
  readonly byType: Map<string, Node[]>
  /** Identifiers that refer to or declare a binding (keys and member names are not among them). */
  readonly identifiers: Map<string, Identifier[]>
}

/** Parses one file and makes the pass. Returns a sentence instead where it cannot be read. */
export function parseTree(path: string, text: string): Tree | string {
  if (text.includes('\u0000')) return 'binary, not read'
  const fault = nestingFault(text)
  if (fault !== undefined) return `${fault}, not read`
  const result = parseSync(path, text, {
    preserveParens: false,
    sourceType: path.endsWith('.cjs') || path.endsWith('.cts') ? 'commonjs' : 'unambiguous',
  })
  const [error] = result.errors
  if (error && result.program.body.length === 0) return `does not parse: ${error.message}`
  const tree: Tree = {
    root: result.program,
    text,
    scopes: new Map(),
    byType: new Map(),
    identifiers: new Map(),
  }
  const pass = new Pass(tree)
  return pass.visit(tree.root, 0) ? tree : `nested more than ${DEPTH_MAX} levels deep, not read`
}

class Pass {
  private readonly tree: Tree
  constructor(tree: Tree) {
    this.tree = tree
    tree.scopes.set(tree.root, new Map())
  }

  /** Sets parents below `node` and collects; false where the tree is too deep. */
  visit(node: Node, depth: number): boolean {
    if (depth > DEPTH_MAX) return false
    this.collect(node)
    const keys = visitorKeys[node.type]
    if (!keys) return true
    const record = node as unknown as Record<string, Node | (Node | null)[] | null | undefined>
    for (const key of keys) {
      const child = record[key]
      if (!child) continue
      if (Array.isArray(child)) {
        for (const one of child) {
          if (!one) continue
          one.parent = node
          if (!this.visit(one, depth + 1)) return false
        }
      } else {
        child.parent = node
        if (!this.visit(child, depth + 1)) return false
      }
    }
    return true
  }

  private collect(node: Node): void {
    switch (node.type) {
      case 'Identifier':
        if (isNameOfSomething(node)) return
        push(this.tree.identifiers, node.name, node)
        return
      case 'Literal':
        // Most are words and numbers that nobody asks for.
        if (typeof node.value === 'string' && node.value.length >= LITERAL_LENGTH_MIN) break
        return
      case 'TemplateElement':
      case 'TSTypeAnnotation':
        return
      case 'VariableDeclaration':
        for (const declarator of node.declarations) {
          this.declarePattern(
            declarator.id,
            node.kind === 'var' ? functionScope(node) : blockScope(node),
            node.kind === 'var' ? 'var' : node.kind === 'let' ? 'let' : 'const',
            declarator,
          )
        }
        break
      case 'FunctionDeclaration':
      case 'TSDeclareFunction':
        if (node.id) this.declare(blockScope(node), node.id, 'function', node)
        this.declareParameters(node)
        break
      case 'FunctionExpression':
        if (node.id) this.declare(node, node.id, 'function', node)
        this.declareParameters(node)
        break
      case 'ArrowFunctionExpression':
        this.declareParameters(node)
        break
      case 'ClassDeclaration':
        if (node.id) this.declare(blockScope(node), node.id, 'class', node)
        break
      case 'ClassExpression':
        if (node.id) this.declare(node, node.id, 'class', node)
        break
      case 'CatchClause':
        if (node.param) this.declarePattern(node.param, node, 'catch', node)
        break
      case 'ImportSpecifier':
      case 'ImportDefaultSpecifier':
      case 'ImportNamespaceSpecifier':
        this.declare(this.tree.root, node.local, 'import', node)
        break
      case 'TSImportEqualsDeclaration':
        this.declare(blockScope(node), node.id, 'import', node)
        break
      case 'TSInterfaceDeclaration':
      case 'TSTypeAliasDeclaration':
        this.declare(blockScope(node), node.id, 'type', node)
        break
      case 'TSEnumDeclaration':
        this.declare(blockScope(node), node.id, 'enum', node)
        break
      default:
    }
    push(this.tree.byType, node.type, node)
  }

  private declareParameters(node: Extract<Node, { params: unknown[]; body: unknown }>): void {
    for (const parameter of node.params as Node[]) this.declarePattern(parameter, node, 'parameter', node)
  }

  private declarePattern(pattern: Node, scope: Node, kind: BindingKind, declaration: Node): void {
    switch (pattern.type) {
      case 'Identifier':
        this.declare(scope, pattern, kind, declaration)
        return
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          this.declarePattern(
            property.type === 'RestElement' ? property.argument : property.value,
            scope,
            kind,
            declaration,
          )
        }
        return
      case 'ArrayPattern':
        for (const element of pattern.elements)
          if (element) this.declarePattern(element, scope, kind, declaration)
        return
      case 'AssignmentPattern':
        this.declarePattern(pattern.left, scope, kind, declaration)
        return
      case 'RestElement':
        this.declarePattern(pattern.argument, scope, kind, declaration)
        return
      case 'TSParameterProperty':
        this.declarePattern(pattern.parameter, scope, kind, declaration)
        return
      default:
    }
  }

  private declare(scope: Node, id: Identifier, kind: BindingKind, declaration: Node): void {
    let names = this.tree.scopes.get(scope)
    if (!names) this.tree.scopes.set(scope, (names = new Map<string, Binding>()))
    const known = names.get(id.name)
    // A type and a value may share a name (`const User = …; type User = …`): the value is what code reads.
    if (known && (kind === 'type' || (known.kind === 'function' && declaration.type === 'TSDeclareFunction')))
      return
    names.set(id.name, { name: id.name, kind, id, declaration, tree: this.tree })
  }
}

function push<T>(index: Map<string, T[]>, key: string, value: T): void {
  const list = index.get(key)
  if (list) list.push(value)
  else index.set(key, [value])
}

/** Whether the identifier only names a key or a member, and so refers to no binding. */
function isNameOfSomething(node: Identifier): boolean {
  const parent = node.parent
  if (!parent) return false
  switch (parent.type) {
    case 'MemberExpression':
      return parent.property === node && !parent.computed
    case 'Property':
      return parent.key === node && !parent.computed
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
    case 'TSAbstractMethodDefinition':
    case 'TSAbstractPropertyDefinition':
    case 'TSPropertySignature':
    case 'TSMethodSignature':
      return parent.key === node && !parent.computed
    case 'ImportSpecifier':
      return parent.imported === node && parent.local !== node
    case 'ExportSpecifier':
      return parent.exported === node && parent.local !== node
    case 'ExportAllDeclaration':
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
    case 'TSEnumMember':
    case 'TSNamedTupleMember':
      return (parent as { initializer?: unknown }).initializer !== node
    case 'TSQualifiedName':
      return parent.right === node
    default:
      return false
  }
}

function functionScope(node: Node): Node {
  for (let outer = node.parent; outer; outer = outer.parent) {
    if (
      isFunction(outer) ||
      outer.type === 'Program' ||
      outer.type === 'StaticBlock' ||
      outer.type === 'TSModuleBlock'
    )
      return outer
  }
  return node
}

function blockScope(node: Node): Node {
  for (let outer = node.parent; outer; outer = outer.parent) {
    switch (outer.type) {
      case 'BlockStatement':
        // A function's block shares the function's scope: its names cannot shadow parameters by const or let.
        if (isFunction(outer.parent)) return outer.parent
        return outer
      case 'Program':
      case 'ForStatement':
      case 'ForOfStatement':
      case 'ForInStatement':
      case 'SwitchStatement':
      case 'StaticBlock':
      case 'TSModuleBlock':
        return outer
      default:
    }
  }
  return node
}
