/** Open redirect. */
import type { Validation } from '../entry.js'

export const openRedirect: Validation = {
  kind: 'validation',
  id: 'open-redirect',
  title: 'Open redirect',
  severity: 'medium',
  why: 'A link to your domain that ends at another is what phishing needs: people and mail filters trust the first part. In a sign-in flow it is more, since what travels along (a code, a token in the fragment, the Referer) arrives at the other side.',
  looksFor:
    "A target from input (`next`, `returnTo`, `redirect_uri`, the Host or `X-Forwarded-Host` header) reaches `res.redirect`, `reply.redirect`, a Location header, a meta refresh or a link in a mail, where the check is missing or looks at text: `startsWith('/')` (which lets `//evil.example` and `/\\evil.example` pass), `includes('example.com')`, a regular expression without anchors.",
  sparesFor: [
    'Targets from a map of names, and paths of which only a validated id comes from input.',
    '`new URL(next, ORIGIN).origin === ORIGIN` before use, where the URL object is then what is used.',
    '`redirect_uri` compared for equality with the client’s registered ones.',
  ],
  fix: 'Resolve against the own origin, compare the origin, redirect to path and search of the parsed URL only. Take the own origin from configuration, never from the Host header, above all in password reset mails.',
  numbers: [
    'Redirect URIs are compared as exact strings, ports of localhost excepted: section 2.1 [RFC 9700, OAuth 2.0 Security Best Current Practice].',
  ],
  siblings: ['ssrf', 'header-or-log-injection', 'unsafe-cookie-session'],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'Express 5',
    text: `app.post('/login', async (req, res) => {
  await signIn(req)
  const next = String(req.query.next ?? '/')
  res.redirect(next.startsWith('/') ? next : '/')
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5',
    text: `const ownPath = (next: unknown): string => {
  const url = typeof next === 'string' && URL.canParse(next, ORIGIN) ? new URL(next, ORIGIN) : undefined
  return url?.origin === ORIGIN ? url.pathname + url.search : '/'
}

app.post('/login', async (req, res) => {
  await signIn(req)
  res.redirect(303, new URL(ownPath(req.query.next), ORIGIN).href)
})`,
  },
  executedBy: 'by-hand',
}
