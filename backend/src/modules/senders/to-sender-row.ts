import type { Sender } from '#shared/contract/installation.ts'
import type { SenderRow } from '#shared/contract/sender.ts'
import { capOn } from './cap-on.ts'
import { domainOf } from './domain-of.ts'
import { mayUseAddress } from './may-use-address.ts'
import { readsBounces } from './reads-bounces.ts'
import type { SenderRecord } from './sender-record.ts'

/** As long as a person may be expected to look for the mail. */
const SHOWN = Temporal.Duration.from({ hours: 24 * 30 })

export interface RowMoment {
  readonly now: Temporal.Instant
  readonly timeZone: string
  readonly mailDomain: string
}

/** A sender as the settings page shows it; never with a password. `account` is the account's own. Pure. */
export function toSenderRow(sender: SenderRecord, account: Sender, moment: RowMoment): SenderRow {
  const { id, signature, active, isDefault, rampStart, rampStep } = sender
  const isAccount = sender.address === null
  const address = sender.address ?? account.fromAddress
  return {
    id,
    address,
    fromName: isAccount ? account.fromName : (sender.fromName ?? ''),
    replyTo: isAccount ? account.replyTo : (sender.replyTo ?? ''),
    signature,
    server: serverOf(sender),
    mailbox: mailboxOf(sender),
    mailboxProblem: sender.imapProblem,
    mailboxPassedOver: passedOverOf(sender, moment.now),
    readsBounces: readsBounces(sender),
    dailyCap: sender.dailyCap ?? 0,
    rampUp: rampStart === null || rampStep === null ? null : { start: rampStart, step: rampStep },
    capToday: capOn(sender, moment.now, moment.timeZone),
    active,
    isDefault,
    isAccount,
    problem: problemOf(sender, address, moment.mailDomain),
  }
}

function serverOf({ smtpHost, smtpPort, smtpTls, smtpUser, smtpPassword }: SenderRecord): SenderRow['server'] {
  if (smtpHost === null || smtpPort === null || smtpTls === null) return null
  return { host: smtpHost, port: smtpPort, tls: smtpTls, user: smtpUser ?? '', hasPassword: smtpPassword !== null }
}

function mailboxOf({ imapHost, imapPort, imapTls, imapUser, imapPassword }: SenderRecord): SenderRow['mailbox'] {
  if (imapHost === null || imapPort === null || imapTls === null) return null
  return { host: imapHost, port: imapPort, tls: imapTls, user: imapUser ?? '', hasPassword: imapPassword !== null }
}

function passedOverOf(
  { imapPassedOver: count, imapPassedOverAt: at, imapPassedOverWhy: why }: SenderRecord,
  now: Temporal.Instant,
): SenderRow['mailboxPassedOver'] {
  if (at === null || why === null || Temporal.Duration.compare(now.since(at), SHOWN) > 0) return null
  return { count, at: at.toString(), why }
}

function problemOf(sender: SenderRecord, address: string, mailDomain: string): string | null {
  if (!mayUseAddress(sender, mailDomain)) {
    return `The DNS of ${domainOf(address)} does not name this account yet. Check the domain below: it says what to publish.`
  }
  if (sender.problem === null) return null
  return sender.active
    ? `Its mail server could not be used: ${sender.problem}. Its mails wait and are tried again.`
    : `${sender.problem}.`
}
