/** Colours of a terminal, or none. */

export interface Colours {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  yellow(text: string): string
  blue(text: string): string
  green(text: string): string
}

const wrapped =
  (open: number, close: number) =>
  (text: string): string =>
    `\u001b[${open}m${text}\u001b[${close}m`
const asIs = (text: string): string => text

const COLOURS: Colours = {
  bold: wrapped(1, 22),
  dim: wrapped(2, 22),
  red: wrapped(31, 39),
  yellow: wrapped(33, 39),
  blue: wrapped(34, 39),
  green: wrapped(32, 39),
}

export const NO_COLOURS: Colours = {
  bold: asIs,
  dim: asIs,
  red: asIs,
  yellow: asIs,
  blue: asIs,
  green: asIs,
}

/** NO_COLOR forbids, FORCE_COLOR demands (but for `0`), else a terminal that is not dumb gets them. */
export function coloursFor(isTerminal: boolean, environment: NodeJS.ProcessEnv): Colours {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment
  if (NO_COLOR !== undefined && NO_COLOR !== '') return NO_COLOURS
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR === '0' ? NO_COLOURS : COLOURS
  return isTerminal && TERM !== 'dumb' ? COLOURS : NO_COLOURS
}
