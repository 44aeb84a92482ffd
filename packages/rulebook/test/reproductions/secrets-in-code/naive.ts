/** Signs webhooks with a secret that stands in the code. */
import { createHmac } from 'node:crypto'

const SECRET = 'not-a-real-secret-41c07be2'

export function naive(body: string): string {
  return createHmac('sha256', SECRET).update(body).digest('hex')
}
