import { createHmac, timingSafeEqual } from 'node:crypto'
import { app, KeelsonError, module, type Authenticate } from 'keelson'
import * as tables from '../modules/orders/tables.js'
import * as operations from './orders.js'

/** From the environment in earnest. */
const SECRET = 'a secret of this example'

const signatureOf = (user: string): string => createHmac('sha256', SECRET).update(user).digest('base64url')

export const sessionOf = (user: string): string => `${user}.${signatureOf(user)}`

/** Callers by `Authorization: Session <user>.<signature>`. */
const authenticate: Authenticate = (request) => {
  const header = request.header('authorization')
  if (header === undefined) return null
  const [, user = '', signature = ''] = /^Session ([\w-]+)\.([\w-]{43})$/.exec(header) ?? []
  const isRight = signature !== '' && timingSafeEqual(Buffer.from(signature), Buffer.from(signatureOf(user)))
  if (!isRight) throw new KeelsonError('unauthenticated', { message: 'The session is not valid.' })
  return { id: user, scopes: [] }
}

export default app({
  name: 'guide-sessions',
  modules: [module('orders', { ...tables, ...operations })],
  auth: { authenticate, challenge: 'Session realm="shop"' },
})
