/** Blocking work on the request path. */
import type { Validation } from '../entry.js'

export const blockingWorkOnRequestPath: Validation = {
  kind: 'validation',
  id: 'blocking-work-on-request-path',
  title: 'Blocking work on the request path',
  severity: 'high',
  why: 'Node answers every request of a process on one thread. A synchronous hash of a hundred milliseconds lets ten requests a second through, all others wait in a queue that no metric of the handler shows, health checks included: the orchestrator then kills the process, and its neighbours get its load.',
  looksFor:
    'On a path that a request takes (handler, middleware, hook, resolver, guard, and what they call): functions of `fs` that end in `Sync`, `pbkdf2Sync`, `scryptSync`, `generateKeyPairSync`, `hashSync` and `compareSync` of bcrypt, `gzipSync` and other `…Sync` of zlib, `execSync`, `spawnSync`, `execFileSync`, `Atomics.wait`, also where the helper that calls them has an innocent name.',
  sparesFor: [
    'The same calls at module level, in `main`, in functions that only start-up calls, and in command-line tools, build scripts, migrations, tests.',
    'Lazy reading once per process behind a cached value, where the first call happens at start.',
    'Code inside a worker thread or a child process.',
    '`randomBytes(32)`, `createHash` of small input, `existsSync` in configuration at start.',
    '`JSON.parse` of a body whose size is limited.',
  ],
  fix: 'Use the asynchronous form (`fs/promises`, `promisify(scrypt)`, `argon2.hash`), which runs on libuv’s threads; bound how many run at once. Work that is JavaScript itself goes to worker threads (Piscina) or to a job. Read files and templates once, at start. Watch `monitorEventLoopDelay`.',
  numbers: [
    'libuv runs file access, DNS lookups, crypto and zlib on 4 threads unless UV_THREADPOOL_SIZE says otherwise [Node documentation, Command-line API].',
    'A hash tuned to 250 ms leaves room for 4 sign-ins a second in a process that computes it synchronously, and for nothing else [arithmetic: 1,000 / 250].',
  ],
  siblings: [
    'heavy-work-in-request',
    'cpu-heavy-work-on-request-path',
    'event-loop-blocking',
    'health-check-that-lies',
    'weak-password-hash',
  ],
  covers: ['sync work on the request path'],
  wrong: {
    language: 'ts',
    stack: 'NestJS',
    text: `@Post('invoices/:id/pdf')
create(@Param('id') id: string) {
  const template = readFileSync('templates/invoice.html', 'utf8')
  const pdf = execFileSync('wkhtmltopdf', ['-', '-'], { input: render(template, id) })
  return new StreamableFile(gzipSync(pdf))
}`,
  },
  right: {
    language: 'ts',
    stack: 'NestJS',
    text: `private readonly template = readFileSync('templates/invoice.html', 'utf8')

@Post('invoices/:id/pdf')
@HttpCode(202)
async create(@Param('id', ParseUUIDPipe) id: string) {
  const job = await this.queue.add('invoice-pdf', { id }, { jobId: \`invoice-\${id}\`, attempts: 5 })
  return { status: \`/jobs/\${job.id}\` }
}`,
  },
  executedBy: 'rule',
}
