/** Every route of the program, whatever framework it is written with. */
import type { Program } from '../../program.js'
import { routerRoutes } from './express.js'
import { fastifyRoutes } from './fastify.js'
import { nestRoutes } from './nest.js'
import type { Route } from './route.js'

const known = new WeakMap<Program, readonly Route[]>()

/** All routes; found once. */
export function routesOf(program: Program): readonly Route[] {
  let routes = known.get(program)
  if (!routes)
    known.set(
      program,
      (routes = [...routerRoutes(program), ...fastifyRoutes(program), ...nestRoutes(program)]),
    )
  return routes
}
