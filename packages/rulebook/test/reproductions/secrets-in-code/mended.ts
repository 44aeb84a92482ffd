/** Signs webhooks with a secret that the environment hands over at the start. */
import { createHmac } from 'node:crypto'

export function mended(environment: NodeJS.ProcessEnv) {
  const secret = environment.WEBHOOK_SECRET
  if (secret === undefined || secret.length < 24) {
    throw new Error('WEBHOOK_SECRET must be set, to 24 characters or more.')
  }
  return (body: string): string => createHmac('sha256', secret).update(body).digest('hex')
}
