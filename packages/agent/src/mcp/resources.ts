/** The rulebook as resources: an entry each at `keelson://rulebook/<id>`, and a reference of each kind. */
import { entries, entryOf, renderReference, type Entry } from '@keelson/rulebook'
import { ResourceTemplate, type McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js'
import { uriOf } from '../rulebook-lines.js'
import { textOfEntry } from './tools/rulebook.js'

const COMPLETIONS_MAX = 100
const MIME = 'text/markdown'

const REFERENCES: Readonly<Record<Entry['kind'], string>> = {
  pattern: 'patterns',
  'sharp-edge': 'sharp_edges',
  validation: 'validations',
}

export function registerResources(server: McpServer): void {
  for (const [kind, name] of Object.entries(REFERENCES) as [Entry['kind'], string][])
    server.registerResource(
      name,
      `keelson://reference/${name}`,
      { title: `All entries: ${name}`, description: 'Long; an entry alone is cheaper.', mimeType: MIME },
      (uri) => ({ contents: [{ uri: uri.href, mimeType: MIME, text: renderReference(kind) }] }),
    )
  server.registerResource(
    'rulebook',
    entryTemplate(),
    { title: 'Entry of the rulebook', mimeType: MIME },
    (uri, { id }) => {
      const entry = entryOf(String(id))
      if (entry === undefined)
        throw new McpError(ErrorCode.InvalidParams, `The rulebook has no entry ${JSON.stringify(id)}.`)
      return { contents: [{ uri: uri.href, mimeType: MIME, text: textOfEntry(entry) }] }
    },
  )
}

function entryTemplate(): ResourceTemplate {
  return new ResourceTemplate('keelson://rulebook/{id}', {
    list: () => ({
      resources: entries.map((entry) => ({
        uri: uriOf(entry),
        name: entry.id,
        title: entry.title,
        description: entry.kind,
        mimeType: MIME,
      })),
    }),
    complete: {
      id: (begun) =>
        entries
          .map(({ id }) => id)
          .filter((id) => id.startsWith(begun))
          .slice(0, COMPLETIONS_MAX),
    },
  })
}
