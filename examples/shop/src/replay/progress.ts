/**
 * Shows how far a long piece of work is, on stderr: in place in a terminal, a line for each tenth elsewhere.
 */

export type Progress = (done: number, total: number) => void

interface Output {
  readonly isTTY?: boolean
  write(text: string): unknown
}

export const progressOn = (output: Output, label: string): Progress => {
  let shown = -1
  return (done, total) => {
    const percent = total === 0 ? 100 : Math.floor((done / total) * 100)
    const step = output.isTTY ? percent : Math.floor(percent / 10)
    if (step === shown) return
    shown = step
    const line = `${label} ${done} of ${total} (${percent} %)`
    if (!output.isTTY) output.write(`${line}\n`)
    else output.write(`\r${line}${done === total ? '\n' : ''}`)
  }
}
