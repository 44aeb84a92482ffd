/**
 * Which way imports point: between the rooms of the runtime, and never in a circle between files.
 */

const MARKED = /<!-- rooms -->([\s\S]*?)<!-- \/rooms -->/
const RUNTIME = 'packages/keelson/src/'

/**
 * The layers between `<!-- rooms -->` and `<!-- /rooms -->`: a line each, its rooms in backticks. A room may import
 * from its own line and from those above.
 * @returns {Map<string, number>} the line of each room
 */
export function readRooms(markdown) {
  const block = MARKED.exec(markdown)?.[1]
  if (block === undefined)
    throw new Error('docs/ARCHITECTURE.md has no block <!-- rooms --> … <!-- /rooms -->.')
  const layers = block
    .split('\n')
    .map((line) => [...line.matchAll(/`([\w-]+)(?:\/|\.ts)?`/g)].map((match) => match[1]))
    .filter((rooms) => rooms.length > 0)
  return new Map(layers.flatMap((rooms, layer) => rooms.map((room) => [room, layer])))
}

/** The first folder below src, or the name of a file that stands there itself. */
function roomOf(path) {
  if (!path.startsWith(RUNTIME)) return undefined
  const [first, ...rest] = path.slice(RUNTIME.length).split('/')
  return rest.length > 0 ? first : first.replace(/\.ts$/, '')
}

export function findRoomBreaches(sources, rooms) {
  const breaches = []
  for (const { path, imports } of sources) {
    const room = roomOf(path)
    // The barrel exports from everywhere and is imported by nobody.
    if (room === undefined || room === 'index') continue
    if (!rooms.has(room)) {
      breaches.push(
        `${path}: the room "${room}" is not in the list of rooms in docs/ARCHITECTURE.md; give it its layer`,
      )
      continue
    }
    for (const target of imports) {
      const other = roomOf(target)
      if (other === 'index')
        breaches.push(`${path}: imports the barrel; import from the file that owns the name`)
      else if (other !== undefined && rooms.has(other) && rooms.get(other) > rooms.get(room)) {
        breaches.push(
          `${path}: "${room}" must not know "${other}" (${target}), which stands above it; turn the call round, or move the code`,
        )
      }
    }
  }
  return breaches
}

/** Each circle once, by Tarjan's strongly connected components. Type imports count: a circle of types is one idea in two files. */
export function findCycles(sources) {
  const importsOf = new Map(sources.map(({ path, imports }) => [path, imports]))
  const index = new Map()
  const low = new Map()
  const stack = []
  const onStack = new Set()
  const circles = []

  const visit = (path) => {
    index.set(path, index.size)
    low.set(path, index.get(path))
    stack.push(path)
    onStack.add(path)
    for (const target of importsOf.get(path) ?? []) {
      if (!index.has(target)) {
        visit(target)
        low.set(path, Math.min(low.get(path), low.get(target)))
      } else if (onStack.has(target)) {
        low.set(path, Math.min(low.get(path), index.get(target)))
      }
    }
    if (low.get(path) !== index.get(path)) return
    const circle = stack.splice(stack.indexOf(path))
    for (const member of circle) onStack.delete(member)
    if (circle.length > 1 || (importsOf.get(path) ?? []).includes(path)) circles.push(circle)
  }

  for (const path of importsOf.keys()) if (!index.has(path)) visit(path)
  return circles.map(
    (circle) =>
      `these files import each other: ${circle.join(', ')}; move what they share into a file of its own`,
  )
}
