/** `review`: findings of the reviewer below a path, a page at a time; what comes from the repository is marked as such. */
import { maskedLiterals, type Finding } from '@keelson/review'
import { entryOf } from '@keelson/rulebook'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import { Refusal, type Root } from '../../root/inside.js'
import { answer, answering } from '../answer.js'
import { frameOf } from '../frame.js'
import type { Reviewed } from '../review-thread.js'
import { fenced, NOTICE, visible } from '../untrusted.js'

const PAGE_MAX = 50
const PATH_STEPS_MAX = 8
const NOTES_MAX = 20
const FILE_BYTES_MAX = 1_048_576
const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const

const INPUT = {
  path: z
    .string()
    .default('.')
    .describe(
      'A file or folder below the root; only findings there are told, but the whole root is read, so that calls are followed.',
    ),
  rules: z
    .array(z.string().max(100))
    .max(200)
    .optional()
    .describe('Ids of rules to run, e.g. ["sql-injection"]; all of them where absent.'),
  minSeverity: z.enum(SEVERITIES).default('low').describe('The least severity that is told.'),
  offset: z.int().min(0).default(0).describe('Findings to skip: `nextOffset` of the page before.'),
  limit: z.int().min(1).max(PAGE_MAX).default(20).describe('Findings of a page.'),
}

const OUTPUT = {
  notice: z.string(),
  total: z.int(),
  offset: z.int(),
  nextOffset: z.int().optional(),
  suppressed: z.int().describe('Findings of the whole root that comments in the code silence.'),
  filesRead: z.int(),
  linesRead: z.int(),
  findings: z.array(
    z.object({
      rule: z.string(),
      severity: z.enum(SEVERITIES),
      confidence: z.enum(['certain', 'likely']),
      entry: z.string().optional().describe('Resource that explains the rule.'),
      fixId: z.string().optional().describe('For apply_fix, where the edit is safe.'),
      untrusted: z.object({
        file: z.string(),
        line: z.int(),
        column: z.int(),
        message: z.string(),
        fix: z.string(),
        path: z.array(z.string()),
        code: z.string(),
      }),
    }),
  ),
  untrustedNotes: z.array(z.string()).describe('What could not be read.'),
}

type Input = z.infer<z.ZodObject<typeof INPUT>>
type Told = z.infer<z.ZodObject<typeof OUTPUT>>['findings'][number]

export type RunReview = (rules?: readonly string[]) => Promise<Reviewed>

/** Names a finding by its place, so that a fix is applied to what was shown and to nothing else. */
export const fixIdOf = ({ rule, file, span }: Finding): string =>
  Buffer.from(JSON.stringify([rule, file, span.start.offset, span.end.offset])).toString('base64url')

export function registerReview(server: McpServer, root: Root, run: RunReview): void {
  server.registerTool(
    'review',
    {
      title: 'Review the backend',
      description:
        'Reads the TypeScript, JavaScript and SQL below the root and tells what will hurt in production (injection, races, ' +
        'unbounded reads, lost promises, unsafe migrations …), each finding with its way from source to sink and its fix.',
      inputSchema: INPUT,
      outputSchema: OUTPUT,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    answering('review', (input) => reviewed(input, root, run)),
  )
}

async function reviewed({ path, rules, minSeverity, offset, limit }: Input, root: Root, run: RunReview) {
  const place = await root.placeOf(path)
  const { findings, suppressed, notes, filesRead, linesRead } = await run(rules)
  const wanted = findings.filter(
    ({ file, severity }) =>
      isBelow(file, place.path) && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(minSeverity),
  )
  if (offset > 0 && offset >= wanted.length)
    throw new Refusal(`There are ${wanted.length} findings; offset ${offset} is behind the last.`)
  const page = await Promise.all(wanted.slice(offset, offset + limit).map((finding) => told(finding, root)))
  const next = offset + page.length
  const structured = {
    notice: NOTICE,
    total: wanted.length,
    offset,
    ...(next < wanted.length ? { nextOffset: next } : {}),
    suppressed,
    filesRead,
    linesRead,
    findings: page,
    untrustedNotes: notes
      .filter(({ file }) => file === '.' || isBelow(file, place.path))
      .slice(0, NOTES_MAX)
      .map(({ file, message }) => visible(`${file}: ${message}`, 500)),
  }
  return answer(textOf(structured), structured)
}

const isBelow = (file: string, path: string): boolean =>
  path === '' || file === path || file.startsWith(`${path}/`)

async function told(finding: Finding, root: Root): Promise<Told> {
  const { rule, severity, confidence, file, span, message, fix, path, edits } = finding
  return {
    rule,
    severity,
    confidence,
    ...(entryOf(rule) === undefined ? {} : { entry: `keelson://rulebook/${rule}` }),
    ...(edits === undefined || edits.length === 0 ? {} : { fixId: fixIdOf(finding) }),
    untrusted: {
      file: visible(file, 500),
      line: span.start.line,
      column: span.start.column,
      message: visible(message),
      fix: visible(fix),
      path: path
        .slice(0, PATH_STEPS_MAX)
        .map((step) => visible(`${step.file}:${step.span.start.line} ${step.note}`, 300)),
      code: await codeOf(finding, root),
    },
  }
}

/** Empty where the file has gone or changed its size since: the finding stands without it. */
async function codeOf({ rule, file, span }: Finding, root: Root): Promise<string> {
  try {
    const text = await root.textOf(file, FILE_BYTES_MAX)
    return frameOf(rule === 'hard-coded-secret' ? maskedLiterals(text) : text, span)
  } catch (error) {
    if (error instanceof Refusal) return ''
    throw error
  }
}

function textOf(structured: {
  total: number
  suppressed: number
  offset: number
  nextOffset?: number
  filesRead: number
  linesRead: number
  findings: readonly Told[]
  untrustedNotes: readonly string[]
}): string {
  const { total, suppressed, offset, nextOffset, filesRead, linesRead, findings, untrustedNotes } = structured
  const head = `${total} findings in ${filesRead} files, ${linesRead} lines, ${suppressed} more silenced by comments; here ${findings.length} from ${offset}.`
  const more = nextOffset === undefined ? '' : ` The next page begins at offset ${nextOffset}.`
  const quoted = findings.map(({ rule, severity, confidence, fixId, untrusted }) =>
    [
      `${untrusted.file}:${untrusted.line}:${untrusted.column} ${severity} ${rule} (${confidence})`,
      untrusted.message,
      ...untrusted.path.map((step) => `  via ${step}`),
      untrusted.code,
      `fix: ${untrusted.fix}`,
      ...(fixId === undefined ? [] : [`fixId: ${fixId}`]),
    ].join('\n'),
  )
  const notes = untrustedNotes.map((note) => `note: ${note}`)
  const data = [...quoted, ...notes].join('\n\n')
  return [`${head}${more}`, ...(data === '' ? [] : [NOTICE, fenced(data)])].join('\n\n')
}
