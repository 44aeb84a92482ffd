/** The server on standard input and output, for the client that started this process; it ends with its input. */
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'

/** Resolves when the client has gone or `signal` is aborted. */
export async function serveOnStdio(makeServer: () => McpServer, signal: AbortSignal): Promise<void> {
  const server = makeServer()
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve)
    process.stdin.once('close', resolve)
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  await server.connect(new StdioServerTransport())
  await ended
  await server.close()
}
