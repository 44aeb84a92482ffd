/** Whether code takes the first row and no other, which it does where the filter is known to leave one. */
import { isWithin, unwrap, type Node } from '../../syntax/nodes.js'

/** Helpers around a driver say it by their name. */
const ONE =
  /^(?:(?:query|fetch|get|find|select|maybe|any)?One|one\w*|first|single|maybeSingle|queryRow|getRow)$/i

/** `const [user] = await …`, `const { rows: [user] } = await …`, `(await …)[0]`, `(await …).rows[0]`. */
export function takesOne(call: Node, method: string): boolean {
  if (ONE.test(method)) return true
  let node = call
  for (let outer = node.parent; outer; node = outer, outer = outer.parent) {
    if (outer.type === 'AwaitExpression' || unwrap(outer) === unwrap(node)) continue
    if (outer.type === 'VariableDeclarator') return outer.init === node && isFirstOf(outer.id)
    if (outer.type !== 'MemberExpression' || outer.object !== node) return false
    if (outer.computed) return outer.property.type === 'Literal' && outer.property.value === 0
  }
  return false
}

function isFirstOf(pattern: Node): boolean {
  if (pattern.type === 'ArrayPattern')
    return pattern.elements.length === 1 && pattern.elements[0]?.type !== 'RestElement'
  if (pattern.type !== 'ObjectPattern') return false
  return pattern.properties.some(
    (property) =>
      property.type === 'Property' &&
      isWithin(property.value, pattern) &&
      property.value.type === 'ArrayPattern' &&
      isFirstOf(property.value),
  )
}
