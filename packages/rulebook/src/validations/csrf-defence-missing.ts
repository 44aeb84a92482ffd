/** Cookie session without CSRF defence. */
import type { Validation } from '../entry.js'

export const csrfDefenceMissing: Validation = {
  kind: 'validation',
  id: 'csrf-defence-missing',
  title: 'Cookie session without CSRF defence',
  severity: 'high',
  why: 'The browser attaches cookies to requests that any page causes. Where a cookie alone authorises, a form on a foreign page transfers money in the visitor’s name, and the log shows a perfectly authorised request from the customer’s own address.',
  looksFor:
    "Operations that change state (POST, PUT, PATCH, DELETE, and any GET that changes something) authorised by a cookie, without one of: SameSite=Lax or Strict on that cookie, a check of `Sec-Fetch-Site` or `Origin`, a token that a foreign page cannot know; bodies read as JSON whatever their type says (`type: '*/*'`), which lets a form send them; GraphQL mutations over GET.",
  sparesFor: [
    'Authorisation by a header that scripts must set (`Authorization: Bearer`, `X-API-Key`).',
    'SameSite=Lax, no state-changing GET, and no foreign subdomain under the same site.',
    'Web-hooks with a signature, sign-in forms with their own token.',
    'Fastify and Nest apps with `@fastify/csrf-protection` or a guard that covers the route.',
  ],
  fix: 'SameSite=Lax as the base, and for unsafe methods refuse what does not come from the own origin: `Sec-Fetch-Site` of `same-origin` or `none`, else `Origin` equal to one’s own. A synchroniser token where old browsers matter. No side effects in GET.',
  numbers: [
    'Sec-Fetch-Site is sent by all major browsers since March 2023, Safari 16.4 being the last [developer.mozilla.org, Sec-Fetch-Site].',
  ],
  siblings: ['unsafe-cookie-session', 'cors-with-credentials', 'wrong-status-codes'],
  covers: ['missing CSRF defence for cookie sessions'],
  wrong: {
    language: 'ts',
    stack: 'Express 5',
    text: `app.use(express.json({ type: '*/*' }))
app.post('/transfer', withSession, async (req, res) => {
  await transfer(req.session.userId, Transfer.parse(req.body))
  res.sendStatus(204)
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5',
    text: `const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

app.use(express.json({ limit: '100kb' }))
app.use((req, res, next) => {
  const site = req.get('sec-fetch-site')
  const isOwn = site ? site === 'same-origin' || site === 'none' : req.get('origin') === ORIGIN
  if (SAFE.has(req.method) || isOwn) return next()
  res.status(403).json({ code: 'cross_site_request' })
})
app.post('/transfer', withSession, async (req, res) => {
  await transfer(req.session.userId, Transfer.parse(req.body))
  res.sendStatus(204)
})`,
  },
  executedBy: 'by-hand',
}
