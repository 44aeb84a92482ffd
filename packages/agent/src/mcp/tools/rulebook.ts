/** `explain`, `search_rulebook` and `diagnose`: the rulebook by id, by words and by symptoms. */
import { diagnose, entryOf, renderEntry, search, type Entry } from '@keelson/rulebook'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import { Refusal } from '../../root/inside.js'
import { uriOf } from '../../rulebook-lines.js'
import { answer, answering } from '../answer.js'

const KINDS = ['pattern', 'sharp-edge', 'validation'] as const
const READS = { readOnlyHint: true, idempotentHint: true, openWorldHint: false } as const

/** The entry as Markdown, its siblings by their resources. */
export const textOfEntry = (entry: Entry): string => renderEntry(entry, { linkTo: uriOf })

export function registerRulebook(server: McpServer): void {
  registerExplain(server)
  registerSearch(server)
  registerDiagnose(server)
}

function registerExplain(server: McpServer): void {
  server.registerTool(
    'explain',
    {
      title: 'Explain an entry',
      description:
        'The whole entry of the rulebook for an id (a rule of a finding, a pattern, a sharp edge): why, figures, code wrong and right.',
      inputSchema: { id: z.string().max(200).describe('Kebab case, e.g. "n-plus-one-queries".') },
      outputSchema: { id: z.string(), kind: z.enum(KINDS), title: z.string(), markdown: z.string() },
      annotations: READS,
    },
    answering('explain', async ({ id }) => {
      const entry = entryOf(id)
      if (entry === undefined) throw new Refusal(unknownEntry(id))
      const markdown = textOfEntry(entry)
      return answer(markdown, { id, kind: entry.kind, title: entry.title, markdown })
    }),
  )
}

function unknownEntry(id: string): string {
  const near = search(id, { max: 5 }).map(({ found }) => found.id)
  const hint = near.length === 0 ? 'search_rulebook finds entries by words.' : `Near it: ${near.join(', ')}.`
  return `The rulebook has no entry ${JSON.stringify(id)}. ${hint}`
}

function registerSearch(server: McpServer): void {
  const Found = z.object({
    id: z.string(),
    kind: z.enum(KINDS),
    title: z.string(),
    why: z.string(),
    uri: z.string(),
  })
  server.registerTool(
    'search_rulebook',
    {
      title: 'Search the rulebook',
      description: 'Entries that speak of something, best first. Read one with `explain`.',
      inputSchema: {
        query: z.string().min(1).max(1000).describe('A few words: "retry payment webhook twice".'),
        kind: z
          .enum(KINDS)
          .optional()
          .describe(
            'pattern: how to build; sharp-edge: what goes wrong; validation: what a review looks for.',
          ),
        max: z.int().min(1).max(30).default(8),
      },
      outputSchema: { entries: z.array(Found) },
      annotations: READS,
    },
    answering('search_rulebook', async ({ query, kind, max }) => {
      const entries = search(query, { kind, max }).map(({ found }) => ({
        id: found.id,
        kind: found.kind,
        title: found.title,
        why: found.why,
        uri: uriOf(found),
      }))
      const text = entries.map(({ id, kind, title, why }) => `${id} (${kind}): ${title}\n  ${why}`).join('\n')
      return answer(text === '' ? 'No entry speaks of it; try other words.' : text, { entries })
    }),
  )
}

function registerDiagnose(server: McpServer): void {
  const Suspect = z.object({
    id: z.string(),
    title: z.string(),
    severity: z.string(),
    score: z.number().describe('Comparable within this answer only.'),
    mechanism: z.string(),
    confirm: z.array(z.string()).describe('Run these before believing it.'),
    wayOut: z.array(z.string()),
    uri: z.string(),
  })
  server.registerTool(
    'diagnose',
    {
      title: 'Diagnose symptoms',
      description:
        'Sharp edges whose symptoms are like those seen, most likely first, each with the checks that tell it from its look-alikes ' +
        'and the way out. A suspicion until a check confirms it.',
      inputSchema: {
        symptoms: z
          .string()
          .min(1)
          .max(4000)
          .describe('What is seen from outside: latencies, error messages, metrics, what users report.'),
        max: z.int().min(1).max(10).default(4),
      },
      outputSchema: { suspects: z.array(Suspect) },
      annotations: READS,
    },
    answering('diagnose', async ({ symptoms, max }) => {
      const suspects = diagnose(symptoms, { max }).map(({ edge, score, confirm }) => ({
        id: edge.id,
        title: edge.title,
        severity: edge.severity,
        score: Math.round(score * 100) / 100,
        mechanism: edge.mechanism,
        confirm: [...confirm],
        wayOut: [...edge.wayOut],
        uri: uriOf(edge),
      }))
      const text = suspects
        .map(
          ({ id, title, confirm, wayOut }, at) =>
            `${at + 1}. ${title} (${id})\nconfirm:\n${list(confirm)}\nthe way out:\n${list(wayOut)}`,
        )
        .join('\n\n')
      return answer(text === '' ? 'No sharp edge is known by these symptoms.' : text, { suspects })
    }),
  )
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n')
