/** How deep a JSON text is nested, told before it is parsed: what walks over a document walks by calling itself. */

/** Whether objects and lists stand in each other to more than `depthMax` levels. */
export function isDeeperThan(text: string, depthMax: number): boolean {
  return opensMoreThan(text, depthMax) && depthExceeds(text, depthMax)
}

/** Most documents do not even have so many brackets; to find that out is quick. */
function opensMoreThan(text: string, count: number): boolean {
  let found = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      if (++found > count) return true
    }
  }
  return false
}

const QUOTE = 34
const BACKSLASH = 92
const LIST = 91
const LIST_END = 93
const OBJECT = 123
const OBJECT_END = 125

function depthExceeds(text: string, depthMax: number): boolean {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === BACKSLASH) at++
      else if (code === QUOTE) quoted = false
    } else if (code === QUOTE) quoted = true
    else if (code === LIST || code === OBJECT) {
      if (++depth > depthMax) return true
    } else if (code === LIST_END || code === OBJECT_END) depth--
  }
  return false
}
