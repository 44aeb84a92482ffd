/** An application in a file of its own, as `keelson dev` takes it. */
import * as z from 'zod'
import { app } from '../../src/app.js'
import { anyone, signedIn } from '../../src/operation/access.js'
import { module } from '../../src/operation/module.js'
import { query } from '../../src/operation/query.js'

export const ping = query('ping', {
  http: { get: '/ping' },
  output: z.object({ pong: z.boolean() }),
  allow: anyone,
  run: () => ({ pong: true }),
})

export const whoAmI = query('whoAmI', {
  http: { get: '/me' },
  output: z.object({ id: z.string(), scopes: z.array(z.string()), ip: z.string().optional() }),
  allow: signedIn,
  run: ({ actor: { id, scopes }, request }) => ({ id, scopes: [...scopes], ip: request.ip }),
})

export default app({ name: 'ping', modules: [module('ping', { ping, whoAmI })] })
