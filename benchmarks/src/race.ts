/**
 * The race: in each alternation every work, in each work every contender, one after the other. So what slows the
 * machine down for a while falls on all of them, and only one is under load at a time.
 */
import type { Contender } from './contenders/contender.js'
import type { FreshDatabase } from './database/fresh-database.js'
import { runPass, type Pass } from './pass.js'
import type { Work } from './works.js'

export interface RaceSettings {
  readonly works: readonly Work[]
  readonly contenders: readonly Contender[]
  /** By the name of the contender. */
  readonly databases: ReadonlyMap<string, FreshDatabase>
  readonly postmasterPid: number | null
  readonly alternations: number
  readonly seconds: number
  /** No alternation is begun that would end later, in milliseconds since the epoch; the first always is. */
  readonly deadlineMs: number
  readonly onPass: (pass: Pass, done: number, planned: number) => void
}

interface Turn {
  readonly work: Work
  readonly connections: number
  readonly contender: Contender
}

export async function race(settings: RaceSettings): Promise<Pass[]> {
  const passes: Pass[] = []
  let longestMs = 0
  for (let alternation = 1; alternation <= settings.alternations; alternation++) {
    const beganMs = Date.now()
    if (alternation > 1 && beganMs + longestMs > settings.deadlineMs) break
    const turns = turnsOf(settings, alternation)
    for (const { work, connections, contender } of turns) {
      const pass = await runPass({
        contender,
        work,
        connections,
        alternation,
        seconds: settings.seconds,
        database: settings.databases.get(contender.name),
        postmasterPid: settings.postmasterPid,
      })
      passes.push(pass)
      settings.onPass(pass, passes.length, turns.length * settings.alternations)
    }
    longestMs = Math.max(longestMs, Date.now() - beganMs)
  }
  return passes
}

/** Every other alternation goes through the contenders backwards: being first or last is nobody's advantage. */
function turnsOf({ works, contenders }: RaceSettings, alternation: number): Turn[] {
  const order = alternation % 2 === 0 ? contenders.toReversed() : contenders
  return works.flatMap((work) =>
    work.connections.flatMap((connections) =>
      order
        .filter((contender) => contender.face === work.face)
        .map((contender) => ({ work, connections, contender })),
    ),
  )
}
