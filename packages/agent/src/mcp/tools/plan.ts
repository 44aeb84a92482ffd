/** `plan`: from the expected load to figures, each with its formula and assumption, and to what fails. */
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import { bytesShown, shown, type Figure } from '../../plan/figure.js'
import { ASSUMED } from '../../plan/load.js'
import { planFor, type Plan } from '../../plan/plan.js'
import { answer, answering } from '../answer.js'

const milliseconds = (assumed: number, text: string) =>
  z.number().min(0.01).max(60_000).default(assumed).describe(`${text} In ms; assumed: ${assumed}.`)

/** With the bounds within which the formulas hold. */
const LOAD = {
  requestsPerSecond: z.number().positive().max(1_000_000).describe('At the peak, today.'),
  writesShare: z.number().min(0).max(1).describe('Of the requests, the share that writes: 0.2 is a fifth.'),
  payloadBytes: z.number().min(1).max(10_485_760).describe('What one write stores, in bytes.'),
  growthPerYear: z
    .number()
    .min(0.1)
    .max(100)
    .default(ASSUMED.growthPerYear)
    .describe('The factor by which the load grows in a year; 2 doubles it.'),
  years: z.number().min(0).max(10).default(ASSUMED.years).describe('How long the plan shall hold.'),
  p99Ms: z.number().min(1).max(60_000).default(ASSUMED.p99Ms).describe('Wanted, in ms.'),
  processes: z.int().min(1).max(10_000).optional().describe('Of the service, where they are given.'),
  connectionMs: milliseconds(ASSUMED.connectionMs, 'How long a request holds a connection, on average.'),
  processorMs: milliseconds(ASSUMED.processorMs, 'Processor time of the service for a request.'),
  databaseProcessorMs: milliseconds(
    ASSUMED.databaseProcessorMs,
    'Processor time of the database for a request.',
  ),
  outsideMs: z
    .number()
    .min(0)
    .max(600_000)
    .default(ASSUMED.outsideMs)
    .describe('How long a request waits for services outside, on average, in ms.'),
  peakToMean: z
    .number()
    .min(1)
    .max(1000)
    .default(ASSUMED.peakToMean)
    .describe('The peak divided by the mean of a day.'),
  retentionDays: z
    .number()
    .min(0)
    .max(36_500)
    .default(ASSUMED.retentionDays)
    .describe('How long rows are kept.'),
  indexes: z.int().min(0).max(50).default(ASSUMED.indexes).describe('On the table that is written most.'),
  hotShare: z
    .number()
    .min(0)
    .max(1)
    .default(ASSUMED.hotShare)
    .describe('Of the stored rows, the share that is read again and again.'),
}

const OUTPUT = {
  figures: z.array(
    z.object({
      component: z.string(),
      name: z.string(),
      value: z.number(),
      unit: z.string(),
      formula: z.string(),
      worked: z.string(),
      assumption: z.string(),
      source: z.string(),
    }),
  ),
  warnings: z.array(z.string()),
  failureModes: z.array(
    z.object({
      component: z.string(),
      fails: z.string(),
      seen: z.string(),
      answer: z.string(),
      entries: z.array(z.string()).describe('Ids for `explain`.'),
    }),
  ),
}

export function registerPlan(server: McpServer): void {
  server.registerTool(
    'plan',
    {
      title: 'Plan for a load',
      description:
        'From the expected load: processes, pools, database, memory, disk, WAL and IOPS, each number with its formula, the numbers in it and ' +
        'the assumption behind it, and what fails by component. A first estimate: measure what is assumed, then ask again.',
      inputSchema: LOAD,
      outputSchema: OUTPUT,
      annotations: { readOnlyHint: true, idempotentHint: true, openWorldHint: false },
    },
    answering('plan', async (load) => {
      const plan = planFor({ ...load, processes: load.processes })
      // JSON knows no infinity: an overloaded queue has none of the times, and a warning says so.
      const figures = plan.figures.filter(({ value }) => Number.isFinite(value))
      return answer(textOf({ ...plan, figures }), { ...plan, figures })
    }),
  )
}

const valueOf = ({ value, unit }: Figure): string =>
  unit.startsWith('bytes') ? `${bytesShown(value)}${unit.slice('bytes'.length)}` : `${shown(value)} ${unit}`

function textOf({ figures, warnings, failureModes }: Plan): string {
  const numbers = figures.map(
    (figure) =>
      `- ${figure.component}, ${figure.name}: ${valueOf(figure)}\n  ${figure.formula} = ${figure.worked}\n  assumes: ${figure.assumption} [${figure.source}]`,
  )
  const modes = failureModes.map(
    ({ component, fails, seen, answer, entries }) =>
      `- ${component}: ${fails}. Seen as: ${seen}. Answer: ${answer}.${entries.length === 0 ? '' : ` (${entries.join(', ')})`}`,
  )
  return [
    'Figures, to three digits:',
    ...numbers,
    ...(warnings.length === 0 ? [] : ['', 'Warnings:', ...warnings.map((warning) => `- ${warning}`)]),
    '',
    'What fails, from the client to the disk:',
    ...modes,
  ].join('\n')
}
