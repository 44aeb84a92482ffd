/** Elements of the page. Text goes in as text alone: whatever the document says, it is never markup. */

export function make(tag, props = {}, ...children) {
  const { data, ...own } = props
  const node = Object.assign(document.createElement(tag), own)
  for (const [name, value] of Object.entries(data ?? {})) node.setAttribute(name, value)
  node.append(...children.flat().filter((child) => child !== undefined && child !== ''))
  return node
}

/** Paragraphs, and `code` between backticks; the rest of Markdown stays as it is. */
export function prose(text) {
  return (text ?? '')
    .split(/\n\n+/)
    .filter((part) => part !== '')
    .map((part) => make('p', {}, inline(part)))
}

export const inline = (text) =>
  text
    .split(/(`[^`]+`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? make('code', { textContent: part.slice(1, -1) }) : part))
