/** The engineer as an MCP server over one root: tools, resources and prompts. It reads; only with `write` it also applies fixes. */
import { readFile } from 'node:fs/promises'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { Root } from '../root/inside.js'
import { CREED } from '../skill/creed.js'
import { registerPrompts } from './prompts.js'
import { registerResources } from './resources.js'
import { ReviewThread } from './review-thread.js'
import { registerApplyFix } from './tools/apply-fix.js'
import { registerOpenapiDiff } from './tools/openapi-diff.js'
import { registerPlan } from './tools/plan.js'
import { registerReview } from './tools/review.js'
import { registerRulebook } from './tools/rulebook.js'
import { NOTICE } from './untrusted.js'

export interface EngineerOptions {
  readonly root: Root
  /** Whether `apply_fix` is there. */
  readonly write: boolean
  /** After which a review is ended. Default: 60,000. */
  readonly reviewTimeoutMs?: number
}

const REVIEW_TIMEOUT_MS = 60_000
/** Array elements and members of one call: more than any call needs. */
const INPUT_ELEMENTS_MAX = 10_000

/** Makes servers, one for each session; reviews of all of them take turns. */
export async function engineerFor(options: EngineerOptions): Promise<() => McpServer> {
  const { root, write, reviewTimeoutMs = REVIEW_TIMEOUT_MS } = options
  const version = await ownVersion()
  const thread = new ReviewThread(reviewTimeoutMs)
  const run = (rules?: readonly string[]) => thread.run({ root: root.folder, rules })
  return () => {
    const server = new McpServer(
      { name: 'keelson', title: 'Keelson: a backend engineer', version },
      { instructions: `${CREED}\n\n${NOTICE}`, maxToolInputElements: INPUT_ELEMENTS_MAX },
    )
    registerReview(server, root, run)
    registerRulebook(server)
    registerPlan(server)
    registerOpenapiDiff(server, root)
    if (write) registerApplyFix(server, root, run)
    registerResources(server)
    registerPrompts(server)
    return server
  }
}

async function ownVersion(): Promise<string> {
  const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
