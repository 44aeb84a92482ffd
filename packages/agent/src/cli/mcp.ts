/** `mcp`: serves the engineer to a client, on standard input and output or on the loopback, until the client or the user ends it. */
import { parseArgs } from 'node:util'
import { serveOnHttp } from '../mcp/http.js'
import { engineerFor } from '../mcp/server.js'
import { serveOnStdio } from '../mcp/stdio.js'
import { Refusal, Root } from '../root/inside.js'

export const MCP_HELP = `keelson mcp [root]: the engineer for coding agents, by the Model Context Protocol.

  root                The folder that it may read; nothing above it is opened. Default: this one.
  --http              Streamable HTTP on 127.0.0.1 instead of standard input and output.
  --port <number>     With --http. Default: 3333.
  --write             Also offers apply_fix, which writes safe edits of findings. Without it nothing is written.
                      Not with --http: every process of this machine could ask for it.
  --timeout <seconds> After which a review is ended. Default: 60.
`

const OPTIONS = {
  http: { type: 'boolean', default: false },
  port: { type: 'string', default: '3333' },
  write: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '60' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

export interface McpSurroundings {
  /** Ends what serves. */
  readonly signal: AbortSignal
  /** For help; the protocol has its own way out. */
  readonly write: (text: string) => void
}

/** Resolves when there is nothing left to serve. Throws Refusal, and what `parseArgs` throws. */
export async function mcp(words: readonly string[], { signal, write }: McpSurroundings): Promise<void> {
  const { values, positionals } = parseArgs({ args: [...words], options: OPTIONS, allowPositionals: true })
  if (values.help) {
    write(MCP_HELP)
    return
  }
  if (positionals.length > 1) throw new Refusal('Name one root.')
  if (values.http && values.write) throw new Refusal('--write is offered on standard input and output only.')
  const root = await Root.at(positionals[0] ?? '.')
  const reviewTimeoutMs = numberOf('--timeout', values.timeout, 1, 3600) * 1000
  const makeServer = await engineerFor({ root, write: values.write, reviewTimeoutMs })
  if (!values.http) return serveOnStdio(makeServer, signal)
  const endpoint = await serveOnHttp(makeServer, { port: numberOf('--port', values.port, 0, 65_535) })
  process.stderr.write(`keelson mcp serves ${root.folder} at ${endpoint.url}\n`)
  await aborted(signal)
  await endpoint.close()
}

function numberOf(option: string, text: string, min: number, max: number): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max) return value
  throw new Refusal(`${option} is \`${text}\`, but must be a whole number from ${min} to ${max}.`)
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
