/** `openapi_diff`: what callers of one contract would feel under another. */
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import type { Change } from '../../openapi/change.js'
import { compareDocuments } from '../../openapi/compare.js'
import { readDocument } from '../../openapi/document.js'
import { Refusal, type Root } from '../../root/inside.js'
import { answer, answering } from '../answer.js'
import { fenced, NOTICE, visible } from '../untrusted.js'

const DOCUMENT_BYTES_MAX = 4 * 1_048_576
const CHANGES_MAX = 200

const document = (which: string) =>
  z
    .object({
      text: z.string().max(DOCUMENT_BYTES_MAX).optional().describe('The document itself, JSON or YAML.'),
      path: z.string().max(1024).optional().describe('Its file below the root.'),
    })
    .describe(`The ${which} document, by text or by path.`)

type Given = z.infer<ReturnType<typeof document>>

const OUTPUT = {
  notice: z.string(),
  breaking: z.int(),
  harmless: z.int(),
  truncated: z.boolean(),
  changes: z.array(
    z.object({
      kind: z.enum(['breaking', 'harmless']),
      rule: z.string(),
      untrusted: z.object({ operation: z.string(), place: z.string(), message: z.string() }),
    }),
  ),
}

export function registerOpenapiDiff(server: McpServer, root: Root): void {
  server.registerTool(
    'openapi_diff',
    {
      title: 'Compare two OpenAPI documents',
      description:
        'Breaking and harmless changes between two OpenAPI 3 documents, as callers of the older one would feel them: removed operations, ' +
        'new required inputs, narrowed types and enums, removed response fields, changed statuses, tightened sign-in.',
      inputSchema: { before: document('older'), after: document('newer') },
      outputSchema: OUTPUT,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    answering('openapi_diff', async ({ before, after }) => {
      const old = readDocument(await textOf(before, 'older', root), 'older')
      const now = readDocument(await textOf(after, 'newer', root), 'newer')
      return told(compareDocuments(old, now))
    }),
  )
}

async function textOf({ text, path }: Given, which: string, root: Root): Promise<string> {
  if ((text === undefined) === (path === undefined))
    throw new Refusal(`Give the ${which} document either as text or as path.`)
  return text ?? root.textOf(path!, DOCUMENT_BYTES_MAX)
}

function told(all: readonly Change[]) {
  const breaking = all.filter(({ kind }) => kind === 'breaking').length
  const changes = all.slice(0, CHANGES_MAX).map(({ kind, rule, operation, place, message }) => ({
    kind,
    rule,
    untrusted: {
      operation: visible(operation, 300),
      place: visible(place, 300),
      message: visible(message, 500),
    },
  }))
  const truncated = all.length > changes.length
  const head = `${breaking} breaking, ${all.length - breaking} harmless changes${truncated ? `; the first ${CHANGES_MAX} are told` : ''}.`
  const lines = changes.map(
    ({ kind, rule, untrusted: { operation, place, message } }) =>
      `${kind} ${rule}: ${operation}${place === '' ? '' : ` ${place}`} ${message}`,
  )
  const data = lines.length === 0 ? [] : [NOTICE, fenced(lines.join('\n'))]
  return answer([head, ...data].join('\n\n'), {
    notice: NOTICE,
    breaking,
    harmless: all.length - breaking,
    truncated,
    changes,
  })
}
