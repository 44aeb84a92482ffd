/** A run that opens a world, says where it is, and waits to be killed. */
import { fileURLToPath } from 'node:url'
import { openWorld } from '../../src/world/open-world.js'

const world = await openWorld({
  processes: 1,
  env: {},
  signal: new AbortController().signal,
  note: () => undefined,
  script: fileURLToPath(new URL('stub-service.js', import.meta.url)),
})
const [row] = await world.sql<{ folder: string }>("select current_setting('data_directory') as folder")
world.postgres.pause()
process.stdout.write(
  `${JSON.stringify({ ...row, url: world.apps[0]!.url, directUrl: world.postgres.directUrl })}\n`,
)
setInterval(() => undefined, 60_000)
