/** Command from input. */
import type { Validation } from '../entry.js'

export const commandFromInput: Validation = {
  kind: 'validation',
  id: 'command-from-input',
  title: 'Command from input',
  severity: 'critical',
  why: '`exec` hands its text to a shell, for which `;`, `$( )`, backticks and line breaks are commands. A file name of an upload is enough to own the machine, its secrets and the network behind it. Without a shell one danger remains: an argument that begins with a dash is an option, and many programs have one that runs or writes something.',
  looksFor:
    'Input (also a file name, a branch, a host, a header) becomes part of the text of `exec`, `execSync`, of `spawn` or `execFile` with `shell: true`, or of a script handed to `sh -c`; or it decides which program runs; or it stands as an argument that may begin with `-` for `git`, `curl`, `tar`, `ffmpeg`, `ssh`, `convert` and the like, with no `--` before it.',
  sparesFor: [
    '`execFile` and `spawn` without a shell, a constant program and arguments in an array, after `--` or checked against a pattern that excludes a leading dash.',
    'Commands of constants, and of values that the operator configures.',
    'Numbers and names from a list of the code.',
    'Build scripts and tools that no request reaches.',
  ],
  fix: 'Use a library rather than a program where there is one (sharp, archiver, simple-git with checked input). Else `execFile` with an array, a constant path, `--`, a time-out, `maxBuffer`, an empty environment, and a user without rights.',
  numbers: [
    '`exec` ends a program whose output passes 1 MiB (maxBuffer) and has no time-out by default: 0 [Node documentation, child_process.exec].',
  ],
  siblings: [
    'code-or-template-from-input',
    'path-traversal',
    'blocking-work-on-request-path',
    'least-privilege',
  ],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'Fastify 5',
    text: `app.post<{ Body: { url: string } }>('/clone', async ({ body }) => {
  await promisify(exec)(\`git clone \${body.url} /srv/checkouts/\${randomUUID()}\`)
  return { cloned: true }
})`,
  },
  right: {
    language: 'ts',
    stack: 'Fastify 5',
    text: `const run = promisify(execFile)

app.post('/clone', { schema: { body: Clone } }, async ({ body }) => {
  const url = new URL(body.url)
  if (url.protocol !== 'https:' || !HOSTS.has(url.hostname)) throw app.httpErrors.badRequest()
  await run('git', ['clone', '--depth', '1', '--', url.href, \`/srv/checkouts/\${randomUUID()}\`], {
    timeout: 30_000,
    env: { PATH: '/usr/bin', GIT_TERMINAL_PROMPT: '0' },
  })
  return { cloned: true }
})`,
  },
  executedBy: 'by-hand',
}
