/**
 * `apply_fix`, only with `--write`: applies the safe edits of one finding. The review is done anew, so that nothing is written by
 * offsets of a file that has changed; a file is replaced whole or not at all.
 */
import { randomUUID } from 'node:crypto'
import { chmod, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Edit, Finding } from '@keelson/review'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import { Refusal, type Root } from '../../root/inside.js'
import { answer, answering } from '../answer.js'
import { visible } from '../untrusted.js'
import { fixIdOf, type RunReview } from './review.js'

const FILE_BYTES_MAX = 1_048_576
const BYTE_ORDER_MARK = '\uFEFF'

export function registerApplyFix(server: McpServer, root: Root, run: RunReview): void {
  server.registerTool(
    'apply_fix',
    {
      title: 'Apply a safe fix',
      description:
        'Writes the edit of one finding into its files. Look at the difference afterwards, and run the tests.',
      inputSchema: { fixId: z.string().max(2000).describe('As `review` told it.') },
      outputSchema: { rule: z.string(), untrustedFiles: z.array(z.string()), edits: z.int() },
      annotations: {
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: false,
        openWorldHint: false,
      },
    },
    answering('apply_fix', async ({ fixId }) => {
      const { finding, files } = await applyFix(fixId, root, run)
      const edits = finding.edits!.length
      return answer(`${edits} edits of ${finding.rule} were written into ${files.length} files.`, {
        rule: finding.rule,
        untrustedFiles: files.map((file) => visible(file, 500)),
        edits,
      })
    }),
  )
}

/** Throws Refusal where there is no such finding any more, or its edits do not fit. */
export async function applyFix(
  fixId: string,
  root: Root,
  run: RunReview,
): Promise<{ readonly finding: Finding; readonly files: readonly string[] }> {
  const finding = await findingOf(fixId, run)
  return { finding, files: await writeEdits(finding.edits!, root) }
}

async function findingOf(fixId: string, run: RunReview): Promise<Finding> {
  const { findings } = await run()
  const finding = findings.find((one) => fixIdOf(one) === fixId)
  if (finding === undefined)
    throw new Refusal('No finding has this fixId any more: the code has changed. Review again.')
  if (finding.edits === undefined || finding.edits.length === 0)
    throw new Refusal('This finding has no safe edit; its `fix` says what to do by hand.')
  return finding
}

async function writeEdits(edits: readonly Edit[], root: Root): Promise<string[]> {
  const texts = new Map<string, string>()
  // All are made before the first is written: an edit that does not fit leaves everything as it is.
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const whole = await root.textOf(file, FILE_BYTES_MAX, { keepMark: true })
    // Offsets count from behind the byte order mark.
    const mark = whole.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : ''
    const own = edits.filter((edit) => edit.file === file)
    texts.set(file, mark + edited(whole.slice(mark.length), own))
  }
  for (const [file, text] of texts) await replace((await root.placeOf(file)).absolutePath, text)
  return [...texts.keys()]
}

/** From the last to the first, so that offsets stay right. */
function edited(text: string, edits: readonly Edit[]): string {
  let result = text
  let bound = text.length
  for (const { start, end, text: insert } of [...edits].sort((one, other) => other.start - one.start)) {
    if (start < 0 || end < start || end > bound) throw new Refusal('The edits overlap; nothing was written.')
    result = result.slice(0, start) + insert + result.slice(end)
    bound = start
  }
  return result
}

async function replace(path: string, text: string): Promise<void> {
  const beside = join(dirname(path), `.keelson-${randomUUID()}`)
  try {
    await writeFile(beside, text, { flag: 'wx' })
    await chmod(beside, (await stat(path)).mode)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}
