/** TLS without verification, or none. */
import type { Validation } from '../entry.js'

export const tlsUnverified: Validation = {
  kind: 'validation',
  id: 'tls-unverified',
  title: 'TLS without verification, or none',
  severity: 'high',
  why: 'Encryption without checking the other side’s certificate protects against nobody who stands in the way: he presents his own. The switch is usually set to get past a self-signed certificate in a test and travels to production in a file that nobody reads again.',
  looksFor:
    "`rejectUnauthorized: false`, `NODE_TLS_REJECT_UNAUTHORIZED=0` in code, Dockerfile, compose or chart, `checkServerIdentity` that returns nothing, `strictSSL: false`, `curl -k` in scripts, `ssl: 'no-verify'`, `sslmode=require` where the client then does not check (libpq, Prisma), or `disable` and `prefer`, in a URL of a database, broker or cache that is not on the same host; `http:` to another host with data or tokens; `minVersion` below TLSv1.2.",
  sparesFor: [
    'Unix sockets and localhost, a mesh or sidecar that the repository shows to do mTLS.',
    'A private authority given as `ca`, with verification on.',
    'Tests against containers, kept in test code.',
    '`sslmode=verify-full`.',
  ],
  fix: 'Give the private authority’s certificate (`ca`, `NODE_EXTRA_CA_CERTS`, `sslrootcert`) and leave verification on, with the host name checked. For Postgres `sslmode=verify-full`, and on the server `hostssl` lines only.',
  numbers: [
    'Of the 6 modes of sslmode only verify-full checks the host name [PostgreSQL manual, libpq: SSL Support].',
    'pg treats `require` in the URL as verify-full up to version 8 with a warning; state which one you mean [node-postgres, pg-connection-string].',
  ],
  siblings: ['environment-without-validation', 'hard-coded-secret', 'ssrf', 'search-path-unsafe'],
  covers: ['disabled certificate checks', 'connection without TLS'],
  wrong: {
    language: 'ts',
    stack: 'pg and undici',
    text: `const pool = new pg.Pool({ connectionString: url, ssl: { rejectUnauthorized: false } })
const partner = new Agent({ connect: { rejectUnauthorized: false } })`,
  },
  right: {
    language: 'ts',
    stack: 'pg and undici',
    text: `const ca = readFileSync(config.DATABASE_CA_FILE, 'utf8')
const pool = new pg.Pool({ connectionString: url, ssl: { ca, rejectUnauthorized: true } })
const partner = new Agent({ connect: { ca: [...rootCertificates, partnerCa] } })`,
  },
  executedBy: 'by-hand',
}
