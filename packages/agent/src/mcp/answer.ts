/** How a tool answers: text for the model, the same as structured content, and errors that say what to do. */
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { Refusal } from '../root/inside.js'

/** Characters of text in one answer: an agent's context is dear. */
const TEXT_MAX = 60_000

export function answer(text: string, structuredContent: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: bounded(text) }], structuredContent }
}

const bounded = (text: string): string =>
  text.length <= TEXT_MAX
    ? text
    : `${text.slice(0, TEXT_MAX)}\n… cut after ${TEXT_MAX} characters of ${text.length}; ask for less.`

/** A tool whose refusals are told to the client, and whose defects are told to whoever started the server. */
export function answering<Input>(
  name: string,
  work: (input: Input) => Promise<CallToolResult>,
): (input: Input) => Promise<CallToolResult> {
  return async (input) => {
    try {
      return await work(input)
    } catch (error) {
      if (error instanceof Refusal) return refused(error.message)
      process.stderr.write(`keelson mcp: ${name} failed: ${(error as Error).stack ?? String(error)}\n`)
      return refused(`${name} failed by a defect of Keelson's; the server's error output has the details.`)
    }
  }
}

const refused = (message: string): CallToolResult => ({
  isError: true,
  content: [{ type: 'text', text: message }],
})
