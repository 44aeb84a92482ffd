/** Session cookie without its flags, session kept at sign-in. */
import type { Validation } from '../entry.js'

export const unsafeCookieSession: Validation = {
  kind: 'validation',
  id: 'unsafe-cookie-session',
  title: 'Session cookie without its flags, session kept at sign-in',
  severity: 'high',
  why: 'A session cookie is the account. Without HttpOnly a script reads it, without Secure it travels in the clear once, without SameSite it goes along with requests that other sites cause; and if the id from before the sign-in stays valid after it, whoever planted that id is signed in too.',
  looksFor:
    'A cookie that carries a session or token set without `httpOnly: true`, `secure: true` and `sameSite` of `lax` or `strict` (also by the default of the library), with a `domain` wider than needed, or without an end; tokens in `localStorage` that the backend hands out for a browser; no `req.session.regenerate` (or new row) after sign-in, step-up and change of password; no destruction on the server at sign-out.',
  sparesFor: [
    'Cookies that scripts must read and that are no secret: language, CSRF token of the double-submit form.',
    '`secure` taken from a configuration that is on in production, or `auto` behind a trusted proxy.',
    '`__Host-` cookies set by a library whose defaults are these.',
    'Bearer tokens of machines and native apps.',
  ],
  fix: '`__Host-session` with HttpOnly, Secure, SameSite=Lax, Path=/; the id random, stored hashed, new at each change of rights, deleted at sign-out; absolute and idle ends kept on the server.',
  numbers: [
    'express-session sets httpOnly by default, but secure is false and sameSite unset: 2 of 3 flags are yours [express-session README].',
    'Cookies without SameSite count as Lax in Chromium, which lets a POST through for the first 2 minutes [chromium.org, SameSite FAQ: Lax + POST].',
  ],
  siblings: ['csrf-defence-missing', 'cors-with-credentials', 'jwt-unsafe', 'insecure-randomness'],
  covers: ['session fixation', 'cookies without HttpOnly, Secure, SameSite'],
  wrong: {
    language: 'ts',
    stack: 'Express 5 and express-session',
    text: `app.use(session({ secret: config.SESSION_KEY, resave: false, saveUninitialized: true }))
app.post('/login', async (req, res) => {
  req.session.userId = (await signIn(req.body)).id
  res.sendStatus(204)
})`,
  },
  right: {
    language: 'ts',
    stack: 'Express 5 and express-session',
    text: `app.use(
  session({
    name: '__Host-session',
    secret: config.SESSION_KEY,
    store,
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, secure: true, sameSite: 'lax', path: '/', maxAge: 8 * 3_600_000 },
  }),
)
app.post('/login', async (req, res) => {
  const user = await signIn(Login.parse(req.body))
  await promisify(req.session.regenerate.bind(req.session))()
  req.session.userId = user.id
  res.sendStatus(204)
})`,
  },
  executedBy: 'by-hand',
}
