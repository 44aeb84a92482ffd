import type { Pattern } from '../entry.js'

export const secretsManagement: Pattern = {
  kind: 'pattern',
  id: 'secrets-management',
  title: 'Secrets management',
  why: 'A key in the repository is in every clone, every fork and every backup for ever, and scanners of strangers find it within minutes. A key that cannot be changed without an outage will not be changed when it leaks. Managing secrets means to know which there are, who can read each, and to be able to exchange any of them on an ordinary afternoon.',
  when: 'From the first secret. A managed store with short-lived credentials is the goal; files that the platform mounts are a good middle; environment variables are acceptable with care; code, images and command lines never.',
  steps: [
    'Prefer no secret: workload identity (OIDC), sockets with peer authentication, credentials for an hour issued by a store.',
    'One secret for each service, environment and purpose, with an owner, a creation date, a way to rotate.',
    'Read all at start, validate them, refuse to start without; hold them in one object that prints as “[redacted]”.',
    'Support two at a time: sign with the newest, accept both. Rotation is then add, deploy, switch, remove.',
    'Scan commits before they are pushed and the history in CI. What was pushed is compromised: revoke first, clean up afterwards.',
    'Keep them out of logs, errors, crash dumps, process lists and of what is sent to third parties.',
    'Rotate on a schedule, so that rotation is known to work when it is needed.',
  ],
  withKeelson: {
    language: 'ts',
    stack: 'Keelson reads its own configuration so; secrets of yours are read beside it, once',
    text: `import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { app, KeelsonError, module, type Authenticate } from 'keelson'

/** Cannot be printed, logged or serialised by mistake; \`reveal\` is what to search for in a review. */
export class Secret {
  readonly #value: string
  constructor(value: string) {
    this.#value = value
  }
  reveal(): string {
    return this.#value
  }
  toJSON(): string {
    return '[redacted]'
  }
  toString(): string {
    return '[redacted]'
  }
  [inspect.custom](): string {
    return '[redacted]'
  }
}

/** NAME_FILE, as platforms mount them, before NAME. Newest first, a line each. Refuses to start without. */
export function readSecrets(name: string, environment: NodeJS.ProcessEnv): readonly Secret[] {
  const file = environment[name + '_FILE']
  const text = file === undefined ? environment[name] : readFileSync(file, 'utf8')
  const values = (text ?? '')
    .split('\\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  if (values.length === 0 || values.some((value) => value.length < 32))
    throw new Error(name + ' must hold one or two secrets of at least 32 characters, a line each.')
  return values.map((value) => new Secret(value))
}

/** The newest signs elsewhere; here each that is still valid is accepted, so that it can be exchanged in peace. */
export const bySignature =
  (secrets: readonly Secret[]): Authenticate =>
  (request) => {
    const [id = '', signature = ''] = (request.header('x-caller') ?? '').split('.')
    if (id === '') return null
    const given = Buffer.from(signature, 'base64url')
    const isRight = secrets.some((secret) => {
      const right = createHmac('sha256', secret.reveal()).update(id).digest()
      return given.length === right.length && timingSafeEqual(given, right)
    })
    if (!isRight) throw new KeelsonError('unauthenticated')
    return { id, scopes: [] }
  }

export const application = (environment: NodeJS.ProcessEnv) =>
  app({
    name: 'secrets',
    modules: [module('none', {})],
    auth: { authenticate: bySignature(readSecrets('CALLER_SECRETS', environment)) },
  })`,
  },
  byHand: {
    language: 'ts',
    stack: 'pg: credentials that are fetched anew for each connection, so that they may live for minutes',
    text: `import { readFile } from 'node:fs/promises'
import { Pool } from 'pg'

/** The platform renews the file; each new connection reads what is valid now, old ones end within half an hour. */
export function createPool(host: string, database: string, passwordFile: string): Pool {
  return new Pool({
    host,
    database,
    user: 'orders_app',
    password: async () => (await readFile(passwordFile, 'utf8')).trim(),
    // Checks the server's certificate and its name.
    ssl: { rejectUnauthorized: true },
    maxLifetimeSeconds: 1_800,
    max: 10,
  })
}`,
  },
  mistakes: [
    'A `.env` file in the repository, or in the image, “only for development”, with a key that works in production.',
    'Deleting the leaked key in a further commit and leaving it valid.',
    'The same key for signing sessions, links and webhooks.',
    'A default when the variable is missing: `process.env.JWT_SECRET ?? "secret"`.',
  ],
  numbers: [
    'Of valid secrets found in public repositories in 2023 more than 90 % were still valid five days later [GitGuardian, State of Secrets Sprawl 2024]',
    'HMAC keys should be as long as the hash, 32 bytes for SHA-256 [RFC 7518, section 3.2]',
  ],
  siblings: ['least-privilege', 'field-encryption', 'api-keys', 'refresh-token-rotation', 'secrets-in-code'],
  covers: ['secrets management'],
}
