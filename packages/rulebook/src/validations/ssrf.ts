/** Server fetches an address from input. */
import type { Validation } from '../entry.js'

export const ssrf: Validation = {
  kind: 'validation',
  id: 'ssrf',
  title: 'Server fetches an address from input',
  severity: 'critical',
  why: 'A server that fetches what a client names is a client inside your network: it reaches the metadata service with the machine’s credentials, the admin port bound to localhost, the database’s HTTP interface. A check of the host name is not enough, since the name may resolve to an inner address, now or a second later, and a redirect may lead there.',
  looksFor:
    'A URL, host or port from input (web-hook target, avatar by URL, import, preview, PDF renderer, OIDC issuer, image proxy) reaches `fetch`, an HTTP client, a headless browser or a socket, without all of: a scheme from a list, addresses checked after resolution and at connection, redirects refused or checked again, a limit of time and size. Concatenation into the host part counts (`https://${tenant}.example.com` with an unchecked tenant).',
  sparesFor: [
    'The host is a constant and input is only encoded into path or query.',
    'Hosts looked up in a list of the code or of the operator, and redirects not followed.',
    'A dispatcher or agent that checks the address it connects to (`request-filtering-agent`, undici `connect.lookup` that refuses private ranges), or an egress proxy that all such calls go through.',
  ],
  fix: 'Use a list of hosts where one exists. Else resolve, refuse every address that is not public (loopback, private, link-local, unique local, mapped IPv4, 0.0.0.0), connect to the checked address, and take no redirect. Fetch from a network segment that reaches nothing inside. Require IMDSv2.',
  numbers: [
    '169.254.169.254 serves the metadata of the large clouds; IMDSv2 with hop limit 1 keeps containers from it [AWS, EC2 User Guide: IMDS].',
    'API7:2023 is Server Side Request Forgery [OWASP API Security Top 10 2023].',
  ],
  siblings: [
    'open-redirect',
    'outbound-call-without-timeout',
    'path-traversal',
    'webhooks',
    'least-privilege',
  ],
  covers: ['SSRF'],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5 and undici',
    text: `app.post<{ Body: { avatarUrl: string } }>('/me/avatar', async ({ body }) => {
  const response = await fetch(body.avatarUrl)
  return save(Buffer.from(await response.arrayBuffer()))
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5 and undici',
    text: `const outside = new Agent({
  connect: {
    lookup: (host, options, done) =>
      lookup(host, options, (error, address, family) =>
        error || !isAllPublic(address)
          ? done(error ?? new Refused(host), [], 0)
          : done(null, address, family),
      ),
  },
})

app.post('/me/avatar', { schema: { body: Avatar } }, async ({ body }) => {
  const url = new URL(body.avatarUrl)
  if (url.protocol !== 'https:' || isIP(url.hostname.replace(/[[\\]]/g, ''))) throw new BadRequest('avatarUrl')
  const response = await fetch(url, {
    dispatcher: outside,
    redirect: 'error',
    signal: AbortSignal.timeout(5000),
  })
  return save(await readAtMost(response, 2_000_000))
})`,
  },
  executedBy: 'by-hand',
}
