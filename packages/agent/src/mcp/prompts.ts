/** Prompts that a user picks: review, diagnose, plan. Each begins with the engineer's creed and names the tools in their order. */
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { z } from 'zod'
import { CREED } from '../skill/creed.js'

const asked = (text: string) => ({
  messages: [{ role: 'user' as const, content: { type: 'text' as const, text: `${CREED}\n\n${text}` } }],
})

export function registerPrompts(server: McpServer): void {
  server.registerPrompt(
    'review',
    {
      title: 'Review a backend',
      description: 'Findings of the reviewer, then what it cannot see.',
      argsSchema: {
        path: z.string().max(1024).optional().describe('Below the root; the whole root where absent.'),
      },
    },
    ({ path }) =>
      asked(
        `Review ${path === undefined ? 'this backend' : `\`${path}\` of this backend`}. Call \`review\`, page by page. Judge each finding against the code before you repeat it, ` +
          'and read `explain` of its rule where you are not sure. Then look for what no rule executes: `search_rulebook` with kind `validation`, for what this code does. ' +
          'Report what you confirmed, worst first: the place, what happens and when, the fix, the entry. Say what you could not decide.',
      ),
  )
  server.registerPrompt(
    'diagnose',
    {
      title: 'Diagnose a symptom',
      description: 'From what is seen to a confirmed cause.',
      argsSchema: { symptoms: z.string().max(4000).describe('What is seen from outside.') },
    },
    ({ symptoms }) =>
      asked(
        `This is seen: ${symptoms}\n\nCall \`diagnose\` with it. Run the checks of each suspect, most likely first, until one confirms it; a suspicion is not a cause. ` +
          'Then stop the bleeding first, mend it for good afterwards, and say which check proves that it is mended.',
      ),
  )
  server.registerPrompt(
    'plan',
    {
      title: 'Plan a backend',
      description: 'Load, data, failure modes and decisions before the first line of code.',
      argsSchema: { task: z.string().max(4000).describe('What is to be built, and for what load.') },
    },
    ({ task }) =>
      asked(
        `This is to be built: ${task}\n\nBefore any code: (1) the load, and \`plan\` for it, with what you assumed; (2) the data: tables, constraints, indexes, how they grow; ` +
          '(3) what fails, component by component, and the pattern that answers it (`search_rulebook`, `explain`); (4) a decision record: context, options, choice, what would make you choose otherwise.',
      ),
  )
}
