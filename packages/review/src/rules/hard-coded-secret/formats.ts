/** Credentials that are known by their form alone, as their issuers document it. */
import { isPlaceholder } from './text.js'

/** One look for most texts, before the list is gone through. */
const SOME =
  /AKIA|ASIA|[rs]k_(?:live|test)_|whsec_|gh[pousr]_|github_pat_|xox[abeprs]-|hooks\.slack\.com|AIza|GOCSPX-|npm_|glpat-|SG\.|sk-|dop_v1_|shp(?:at|ca|pa|ss)_|AccountKey=|PRIVATE KEY|eyJ|:\/\/[^/]*:[^/]*@|:AA/

const FORMATS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, 'An access key of AWS'],
  [/\b[rs]k_live_[0-9A-Za-z]{10,}/, 'A live key of Stripe'],
  [/\b[rs]k_test_[0-9A-Za-z]{16,}/, 'A test key of Stripe'],
  [/\bwhsec_[0-9A-Za-z+/]{20,}/, 'A signing secret of webhooks'],
  [/\bgh[pousr]_[0-9A-Za-z]{36,}\b|\bgithub_pat_\w{22,}/, 'A token of GitHub'],
  [
    /\bxox[abeprs]-[\w-]{20,}|hooks\.slack\.com\/services\/T\w{6,}\/B\w{6,}\/\w{16,}/,
    'A credential of Slack',
  ],
  [/\bAIza[\w-]{35}\b|\bGOCSPX-[\w-]{20,}/, 'A key of Google'],
  [/\bnpm_[0-9A-Za-z]{36}\b/, 'A token of npm'],
  [/\bglpat-[\w-]{20,}/, 'A token of GitLab'],
  [/\bSG\.[\w-]{16,}\.[\w-]{32,}/, 'A key of SendGrid'],
  [/\bsk-(?:ant-|proj-)?[\w-]*[0-9A-Za-z]{20,}/, 'A key of an AI service'],
  [/\bdop_v1_[0-9a-f]{64}\b/, 'A token of DigitalOcean'],
  [/\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b/, 'A token of Shopify'],
  [/AccountKey=[A-Za-z0-9+/]{40,}/, 'A key of Azure storage'],
  [/\b\d{8,10}:AA[\w-]{33}\b/, 'A token of a Telegram bot'],
  [
    /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\s|\\n)*(?:[A-Za-z-]+: .*\s+)*[A-Za-z0-9+/=\s\\]{40,}/,
    'A private key',
  ],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/, 'A signed token (JWT)'],
]

/** What kind of credential the text holds; undefined where it holds none. */
export function formatOf(text: string): string | undefined {
  if (text.length < 12 || !SOME.test(text)) return undefined
  for (const [pattern, what] of FORMATS) {
    const found = pattern.exec(text)?.[0]
    if (found !== undefined && !/example|0{8}|x{8}|\.\.\.|1234567890abcdef/i.test(found)) return what
  }
  return hasPasswordInAddress(text) ? 'An address with its password' : undefined
}

const ADDRESS =
  /^(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|smtps?|ftps?|ldaps?|nats|https?):\/\/([^\s:/@]*):([^\s/@]+)@([^\s/:?,]+)/

function hasPasswordInAddress(text: string): boolean {
  const found = ADDRESS.exec(text)
  if (!found) return false
  const [, user = '', password = '', host = ''] = found
  if (
    isPlaceholder(password) ||
    (/^[:$<{%*]|^(?:pass(?:word)?|pwd|secret)$/i.test(password) &&
      /^(?:user(?:name)?|host|example\..*)$/i.test(user))
  )
    return false
  if (/(?:^|\.)example(?:\.(?:com|org|net))?$/i.test(host) || /^[<{$]/.test(host)) return false
  return !(isNear(host) && isTrivial(password, user, text))
}

/** Hosts that only the same machine or the same compose file reaches. */
export function isNear(host: string): boolean {
  return /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[?::1\]?|host\.docker\.internal|db|database|postgres|postgresql|mysql|mongo|redis|rabbitmq)$/i.test(
    host,
  )
}

/** Passwords that protect nothing, as databases for development have them. */
export function isTrivial(password: string, user = '', address = ''): boolean {
  return (
    password === user ||
    /^(?:postgres|password|pass|root|admin|guest|dev|test|local|development|secret|example|mysql|mongo|redis|123456?|changeme)$/i.test(
      password,
    ) ||
    (address !== '' && address.endsWith(`/${password}`))
  )
}
