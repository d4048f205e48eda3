import { answer, ask, startChild, stopChild } from './child.ts'
import { DKIM_KEY_FILE, type MailingStack } from './mailing-stack.ts'
import type { NodemailerCommand } from './nodemailer-load.ts'
import { type BenchRow, spread } from './row.ts'

export interface SendingBenchOptions {
  /** Mails of one measurement. */
  readonly mails: number
  readonly rounds: number
}

/** Three accounts side by side, ten mails at a time each: what one process of ours opens at most. */
const CONNECTIONS = 30

/**
 * Signed mails per second that one process hands over, through the production path (claim, check against the stand-in for
 * HubSpot, rendering, freezing, SMTP with the gate, settling), beside nodemailer composing, signing and sending alone to the
 * same mail server. Once with the mails in many accounts, once in one, where HubSpot's limit on the checks is what bounds it.
 */
export async function benchSending(mailing: MailingStack, options: SendingBenchOptions): Promise<BenchRow[]> {
  const { mails, rounds } = options
  const { portals } = mailing
  const many: number[] = []
  const one: number[] = []
  const alone: number[] = []
  // Round 0 warms up code, plans and connections.
  for (let round = 0; round <= rounds; round++) {
    const rates = [mails / (await mailing.sendDue(portals, mails))]
    rates.push(await sendAlone(mailing, mails))
    rates.push(mails / (await mailing.sendDue(portals.slice(0, 1), mails)))
    const [all = Number.NaN, base = Number.NaN, single = Number.NaN] = rates
    if (round === 0) continue
    many.push(all)
    alone.push(base)
    one.push(single)
  }
  const row = (what: string, values: number[]): BenchRow => ({
    bench: 'sending',
    case: `${mails} due mails in ${what}`,
    metric: 'signed mails accepted, per process',
    value: Math.round(spread(values).median),
    unit: '1/s',
    baseline: 'nodemailer alone',
    ratio: spread(values.map((rate, round) => rate / (alone[round] ?? Number.NaN))),
  })
  return [row(`${portals.length} accounts`, many), row('one account', one)]
}

/** In a process of its own, as ours is. */
async function sendAlone(mailing: MailingStack, mails: number): Promise<number> {
  const child = startChild('nodemailer-load.ts')
  try {
    await answer<'ready'>(child)
    const port = mailing.sinkPort
    const command: NodemailerCommand = { port, mails, connections: CONNECTIONS, dkimKeyFile: DKIM_KEY_FILE }
    await mailing.report()
    const seconds = await ask<number>(child, command)
    const { accepted } = await mailing.report()
    if (accepted !== mails) throw new Error(`${accepted} of ${mails} mails were accepted`)
    return mails / seconds
  } finally {
    await stopChild(child)
  }
}
