/** A world that only writes down what is broken in it. */
import type { AppProcess, World } from '../../src/world/world.js'

export interface StubWorld extends World {
  /** What is broken now, in words. */
  broken(): string[]
  /** Everything that was ever broken. */
  readonly seen: ReadonlySet<string>
}

/** @param pause Stands for the time that passes; may throw. */
export function stubWorld(pause: () => Promise<void>): StubWorld {
  const broken = new Set<string>()
  const seen = new Set<string>()
  const set = (what: string, on: boolean): void => {
    if (on) seen.add(what)
    if (on) broken.add(what)
    else broken.delete(what)
  }
  const until = (what: string): (() => void) => {
    set(what, true)
    return () => set(what, false)
  }
  const apps = ['app-1', 'app-2', 'app-3'].map((name): AppProcess => {
    let isRunning = true
    const start = async (env: object = {}): Promise<void> => {
      if (!isRunning) set(`${name} changed`, Object.keys(env).length > 0)
      isRunning = true
      set(`${name} dead`, false)
    }
    const kill = async (): Promise<void> => {
      isRunning = false
      set(`${name} dead`, true)
    }
    return {
      name,
      url: 'http://127.0.0.1:1',
      get isRunning() {
        return isRunning
      },
      endedByItself: [],
      kill,
      start,
      pause: () => set(`${name} paused`, true),
      resume: () => set(`${name} paused`, false),
      restart: (env) => kill().then(() => start(env)),
      hasDied: async () => false,
    }
  })
  return {
    apps,
    postgres: {
      directUrl: 'postgres://nobody@127.0.0.1:1/nowhere',
      get isRunning() {
        return !broken.has('postgres dead')
      },
      stop: async () => set('postgres dead', true),
      start: async () => set('postgres dead', false),
      startAndKill: async () => true,
      pause: () => set('postgres paused', true),
      resume: () => set('postgres paused', false),
      disk: undefined,
    },
    proxy: {
      url: 'postgres://nobody@127.0.0.1:1/nowhere',
      reset: () => void seen.add('reset'),
      blackHole: (on) => set('black hole', on),
      halfOpen: () => until('half open'),
      cutAfterCommit: () => until('cut after'),
      cutBeforeCommit: () => until('cut before'),
      lateCommit: () => until('late'),
      delay: (ms) => set('delay', ms > 0),
      refuse: (on) => set('refuse', on),
      mend: () => undefined,
      commitsCut: 0,
    },
    sql: async () => [],
    longTransactionMs: 1,
    failpointsHit: new Set(),
    pause,
    note: () => undefined,
    broken: () => [...broken],
    seen,
  }
}
