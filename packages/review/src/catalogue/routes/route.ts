/** What a route is: where requests come in, what runs for them, and what stands before it. */
import type { FunctionNode, Node } from '../../syntax/nodes.js'

export type Framework = 'express' | 'fastify' | 'hono' | 'koa' | 'nest'

export interface Route {
  readonly framework: Framework
  /** The framework's major version by package.json; undefined where it does not say. */
  readonly major: number | undefined
  /** Lower case: `get`, `post`; `all` where it is any. */
  readonly method: string
  /** Path with the prefixes of routers, plugins and controllers that are known; `?` for a part that is not constant. */
  readonly path: string
  /** The registration, or the method of a controller. */
  readonly node: Node
  /** Functions that answer it, the last of the chain. */
  readonly handlers: readonly FunctionNode[]
  /** Everything that runs before: expressions of middleware, hooks, guards and interceptors, of the route, its routers and the whole application. */
  readonly before: readonly Node[]
}
