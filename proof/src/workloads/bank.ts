/**
 * Bank: the sum is conserved, no account is ever negative, and each account can be retraced from transfer to transfer. A
 * refusal tells the balance it rests on, which must have been one.
 */
import type { Finding } from '../checker/finding.js'
import type { Operation } from '../history/operation.js'
import { checkChain, statesOf, type Chain } from './chain.js'
import { commandsOf, countEffects, describe, differentAnswers, tally, type Command } from './commands-of.js'
import { below, chance, commandOf, pickSeveral } from './draw.js'
import type { Random, Request, Sql, Workload } from './workload.js'

const NAME = 'bank'
const ACCOUNTS = ['a', 'b', 'c', 'd', 'e']
const INITIAL = 100

interface TransferRow {
  readonly token: string
  readonly source: string
  readonly target: string
  readonly amount: number
  readonly source_version: number
  readonly source_balance: number
  readonly target_version: number
  readonly target_balance: number
}
interface AccountRow {
  readonly id: string
  readonly balance: number
  readonly version: number
}

export function bank(): Workload {
  let references = 0
  return {
    name: NAME,
    async seed(sql) {
      await sql('insert into accounts select unnest($1::text[]), $2, 0', [ACCOUNTS, INITIAL])
    },
    next(random) {
      // A reference that is often taken: its transfer is undone after others have built on it.
      const reference = chance(random, 0.3) ? `r${Math.floor(references++ / 4)}` : undefined
      return nextOf(random, reference)
    },
    check,
  }
}

function nextOf(random: Random, reference: string | undefined): Request {
  const roll = random()
  if (roll < 0.08) return { name: 'look.bank', input: {} }
  const [source, target, third] = pickSeveral(random, ACCOUNTS, 3) as [string, string, string]
  const amount = 1 + below(random, 90)
  if (roll < 0.12) return commandOf(random, 'bank.transferBySql', { source, target, amount })
  if (roll < 0.22) return commandOf(random, 'bank.route', { stops: [source, target, third], amount })
  return commandOf(random, 'bank.transfer', {
    source,
    target,
    amount,
    targetFirst: chance(random, 0.5),
    ...(reference === undefined ? {} : { reference }),
  })
}

async function check(history: readonly Operation[], sql: Sql): Promise<readonly Finding[]> {
  const commands = commandsOf(history)
  const rows = await sql<TransferRow>('select * from transfers')
  const accounts = await sql<AccountRow>('select * from accounts')
  const effects = tally(rows.map(({ token }) => token))
  const chains = accounts.map((account) => chainOf(account, rows))
  const states = new Map(chains.map((chain) => [chain.row, statesOf(chain)]))
  return [
    ...countEffects(NAME, commands, effects, ({ name }) => (name === 'bank.route' ? 2 : 1)),
    ...differentAnswers(NAME, commands.values()),
    ...chains.flatMap((chain) => checkChain(NAME, chain)),
    ...sumsOf(accounts, 'the end'),
    ...[...commands.values()].flatMap((command) => checkRefusal(command, states)),
    ...history.flatMap((operation) => checkLook(operation, states)),
  ]
}

function chainOf({ id, balance, version }: AccountRow, rows: readonly TransferRow[]): Chain {
  const changes = rows.flatMap((row) => {
    const { token, amount } = row
    if (row.source === id)
      return [{ token, by: -amount, version: row.source_version, value: row.source_balance }]
    if (row.target === id)
      return [{ token, by: amount, version: row.target_version, value: row.target_balance }]
    return []
  })
  return { row: `account ${id}`, initial: INITIAL, changes, final: { version, value: balance } }
}

function sumsOf(accounts: readonly AccountRow[], when: string): Finding[] {
  const evidence = accounts.map((account) => JSON.stringify(account))
  const sum = accounts.reduce((total, { balance }) => total + balance, 0)
  const findings: Finding[] = []
  const add = (message: string): void =>
    void findings.push({ anomaly: 'broken-invariant', workload: NAME, message, evidence })
  if (sum !== INITIAL * ACCOUNTS.length)
    add(`The accounts hold ${sum} in ${when} instead of ${INITIAL * ACCOUNTS.length}.`)
  if (accounts.some(({ balance }) => balance < 0)) add(`An account is negative in ${when}.`)
  return findings
}

type States = ReadonlyMap<string, ReadonlySet<string>>

function unknownState(states: States, account: string, version: number, balance: number): boolean {
  return states.get(`account ${account}`)?.has(`${version} ${balance}`) !== true
}

function checkRefusal(command: Command, states: States): Finding[] {
  if (command.code !== 'insufficient') return []
  const { account, balance, version } = command.answer as {
    account: string
    balance: number
    version: number
  }
  // A composed command refuses by what its own first half has made.
  if (command.name === 'bank.route') return []
  if (!unknownState(states, account, version, balance)) return []
  const message = `A refusal rests on ${balance} in account ${account} (version ${version}), which it never had.`
  return [{ anomaly: 'G1a', workload: NAME, message, evidence: describe(command) }]
}

/** One statement sees one moment: the sum holds, and each account is as some transfer left it. */
function checkLook({ id, name, outcome }: Operation, states: States): Finding[] {
  if (name !== 'look.bank' || outcome.kind !== 'ok') return []
  const { accounts } = JSON.parse(outcome.body) as { accounts: AccountRow[] }
  const findings = sumsOf(accounts, `look #${id}`)
  for (const account of accounts) {
    if (!unknownState(states, account.id, account.version, account.balance)) continue
    const message = `Look #${id} shows ${account.balance} in account ${account.id} (version ${account.version}), which it never had.`
    findings.push({ anomaly: 'G1a', workload: NAME, message, evidence: [outcome.body] })
  }
  return findings
}
