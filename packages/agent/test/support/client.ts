/** The SDK's own client: over a child process, as coding agents start the server, and over HTTP. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'

const BIN = new URL('../../../bin/keelson-agent.js', import.meta.url).pathname

/** Where it is said what is to be done at the end: of a test, or of a file. */
interface Ending {
  after(work: () => Promise<void>): void
}

export async function clientOnStdio(t: Ending, root: string, ...words: string[]): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  t.after(() => client.close())
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [BIN, 'mcp', root, ...words],
      stderr: 'inherit',
    }),
  )
  return client
}

export async function clientOnHttp(t: Ending, url: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  t.after(() => client.close())
  await client.connect(new StreamableHTTPClientTransport(new URL(url)))
  return client
}

export interface Called {
  readonly isError: boolean
  readonly text: string
  /** As the tool's output schema says; the client has checked it. */
  readonly structured: Record<string, unknown>
}

export async function call(
  client: Client,
  name: string,
  input: Record<string, unknown> = {},
): Promise<Called> {
  const result = (await client.callTool({ name, arguments: input })) as CallToolResult
  const [first] = result.content
  return {
    isError: result.isError === true,
    text: first?.type === 'text' ? first.text : '',
    structured: result.structuredContent ?? {},
  }
}
