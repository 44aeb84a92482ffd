/**
 * What is written for which coding agent, all from one source. Conventions as of November 2026: the open standard of agent skills
 * (agentskills.io: a folder with SKILL.md, front matter `name` and `description`); Claude Code reads `.claude/skills` and
 * `.claude/agents`; Codex `.agents/skills` and AGENTS.md; Cursor `.cursor/rules/*.mdc`; GitHub Copilot both skill folders,
 * and `.github/agents/*.agent.md`.
 */
import { renderReference, type Entry } from '@keelson/rulebook'
import { CREED, DESCRIPTION, NAME } from './creed.js'
import { skillText } from './skill-text.js'
import { section, stamped } from './stamp.js'

export const TOOLS = ['claude', 'codex', 'cursor', 'copilot'] as const
export type Tool = (typeof TOOLS)[number]

export interface Output {
  /** From the project's folder, or from the user's home. */
  readonly path: string
  readonly text: string
  /** `section` is laid into a file that is the user's. */
  readonly kind: 'file' | 'section'
}

const REFERENCES: readonly (readonly [Entry['kind'], string])[] = [
  ['pattern', 'patterns.md'],
  ['sharp-edge', 'sharp_edges.md'],
  ['validation', 'validations.md'],
]
const CLAUDE_SKILL = `.claude/skills/${NAME}`
const SHARED_SKILL = `.agents/skills/${NAME}`

/** For the whole user only skills and agents are written: files of rules belong to projects. */
export function outputsFor(tools: readonly Tool[], { user = false } = {}): Output[] {
  const home = tools.includes('claude') ? CLAUDE_SKILL : SHARED_SKILL
  const outputs = [file(`${home}/SKILL.md`, skillText('references')), ...references(home)]
  if (tools.includes('claude')) outputs.push(file(`.claude/agents/${NAME}.md`, agentText(home)))
  if (tools.includes('codex')) outputs.push(...codexOutputs(home, user))
  if (tools.includes('cursor') && !user) outputs.push(file(`.cursor/rules/${NAME}.mdc`, cursorText(home)))
  if (tools.includes('copilot') && !user)
    outputs.push(file(`.github/agents/${NAME}.agent.md`, agentText(home)))
  return outputs
}

/** Every path that an installation may have written. */
export function allOutputs(options: { readonly user?: boolean }): Output[] {
  const found = [...outputsFor(TOOLS, options), ...outputsFor(['codex'], options)]
  return [...new Map(found.map((output) => [output.path, output])).values()]
}

const file = (path: string, text: string): Output => ({ path, text: stamped(text), kind: 'file' })

const references = (home: string): Output[] =>
  REFERENCES.map(([kind, name]) => file(`${home}/references/${name}`, renderReference(kind)))

function codexOutputs(home: string, user: boolean): Output[] {
  // Where both folders are written the references are kept once.
  const skill =
    home === SHARED_SKILL ? [] : [file(`${SHARED_SKILL}/SKILL.md`, skillText(`../../../${home}/references`))]
  const rules: Output = { path: 'AGENTS.md', text: section(agentsSection(home)), kind: 'section' }
  return user ? skill : [...skill, rules]
}

const work = (home: string): string =>
  `Before you plan, build, debug or review backend code, read \`${home}/SKILL.md\`: it says how to work, and indexes the references beside it.
Check what you wrote with \`npx @keelson/review\`.`

const agentText = (home: string): string => `---
name: ${NAME}
description: ${JSON.stringify(DESCRIPTION)}
---

${CREED}

${work(home)}
`

const cursorText = (home: string): string => `---
description: ${JSON.stringify(DESCRIPTION)}
globs:
alwaysApply: false
---

${CREED}

${work(home)}
`

const agentsSection = (home: string): string => `
## Backend

${CREED}

${work(home)}

`
