/** User enumeration. */
import type { Validation } from '../entry.js'

export const userEnumeration: Validation = {
  kind: 'validation',
  id: 'user-enumeration',
  title: 'User enumeration',
  severity: 'medium',
  why: 'If an answer tells whether an address has an account, lists of customers can be read out of it, which is personal data by itself and the first half of every attack on passwords. Time tells as well: an unknown address that skips the hash answers in two milliseconds, a known one in two hundred.',
  looksFor:
    'On sign-in, reset, sign-up, invitation and change of address: different status, text, length or header for known and unknown; a hash that is only computed where the account exists; a mail sent inside the request; counters or locks that only known accounts have; 404 against 403 on foreign records whose ids can be guessed.',
  sparesFor: [
    'One answer for both, with a dummy hash or the mail sent later.',
    'Sign-up forms that must say so by design, behind a rate limit and a confirmation by mail.',
    'Public profiles, and operations of administrators.',
    'Internal services that trusted callers use.',
  ],
  fix: 'One text and one status, the same work in both cases (verify against a fixed dummy hash), mails through a queue, 404 for foreign records. For sign-up answer “we have sent you a mail” and let the mail say which.',
  numbers: [
    'The time of 1 Argon2 verification, some 50 to 300 ms, is plain through any network [measure: time curl with a known and an unknown address].',
  ],
  siblings: [
    'sign-in-without-rate-limit',
    'sign-in-without-limit',
    'numeric-ids-exposed',
    'weak-password-hash',
  ],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'NestJS',
    text: `@Post('login')
async login(@Body() { email, password }: Login) {
  const user = await this.users.findOneBy({ email })
  if (!user) throw new NotFoundException('No account with this address')
  if (!(await argon2.verify(user.passwordHash, password))) throw new UnauthorizedException('Wrong password')
  return this.sessions.start(user)
}`,
  },
  right: {
    language: 'ts',
    stack: 'NestJS',
    text: `@Post('login')
@Throttle({ default: { limit: 10, ttl: minutes(15) } })
async login(@Body() { email, password }: Login) {
  const user = await this.users.findOneBy({ email })
  const isRight = await argon2.verify(user?.passwordHash ?? DUMMY_HASH, password)
  if (!user || !isRight) throw new UnauthorizedException('Wrong address or password')
  return this.sessions.start(user)
}`,
  },
  executedBy: 'by-hand',
}
