/**
 * Refuses text that would overflow a stack before it is parsed: the parser is native and recurses, so that ten thousand brackets end the
 * process. The bounds are far above what people write and a third of what the parser was seen to survive.
 */
const NESTING_MAX = 1_000
const CHAIN_MAX = 2_000

/** Why the text cannot be parsed safely, or undefined. Brackets in strings count too: it errs on the safe side. */
export function nestingFault(text: string): string | undefined {
  let depth = 0
  let chain = 0
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 40: // (
      case 91: // [
      case 123: // {
        depth += 1
        if (depth > NESTING_MAX) return `nested more than ${NESTING_MAX} levels deep`
        break
      case 41: // )
      case 93: // ]
      case 125: // }
        if (depth > 0) depth -= 1
        chain = 0
        break
      case 59: // ;
      case 39: // '
      case 34: // "
      case 44: // ,
        chain = 0
        break
      case 60: // <
      case 61: // =
      case 63: // ?
        chain += 1
        if (chain > CHAIN_MAX) return `an expression of more than ${CHAIN_MAX} links`
        break
      default:
    }
  }
  return (text.match(/\belse\b/g)?.length ?? 0) > CHAIN_MAX * 3 ? 'too many branches to follow' : undefined
}
