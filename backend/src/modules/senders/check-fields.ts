import { AppError, isAppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { checkTemplate } from '#mail/check-template.ts'
import { checkAddress } from '#modules/sender/check-address.ts'
import { checkFromName } from '#modules/sender/check-from-name.ts'
import type { ChangeSender } from '#shared/contract/sender.ts'
import { checkLogin, type StoredLogin } from './check-login.ts'
import type { SenderChange } from './repository.ts'
import { imapPasswordOf, smtpPasswordOf } from './sealed-columns.ts'
import type { SenderRecord } from './sender-record.ts'

const UNUSABLE_TEXT = /[^\P{Cc}\r\n\t]|\p{Cs}/u

type Servers = Pick<
  SenderChange,
  | 'smtpHost'
  | 'smtpPort'
  | 'smtpTls'
  | 'smtpUser'
  | 'smtpPassword'
  | 'imapHost'
  | 'imapPort'
  | 'imapTls'
  | 'imapUser'
  | 'imapPassword'
  | 'problem'
  | 'imapProblem'
>

/**
 * What people typed about a sender as it is stored, its passwords sealed. `before` is what was stored until now. Throws
 * `invalid_input`, and `template_invalid` for a signature that could not be filled in.
 */
export async function checkFields(
  deps: Pick<Deps, 'vault' | 'ownServers' | 'ownMailboxes' | 'clock'>,
  portalId: number,
  input: ChangeSender,
  before: SenderRecord | undefined,
): Promise<SenderChange> {
  return {
    fromName: checkFromName(input.fromName),
    replyTo: input.replyTo.trim() === '' ? null : checkAddress(input.replyTo),
    signature: checkSignature(input.signature),
    ...(await checkServers(deps, portalId, input, before)),
    ...checkCaps(input, before, deps.clock()),
    active: input.active,
  }
}

function checkSignature(text: string): string {
  const signature = text.replace(/\r\n?/g, '\n').trim()
  if (UNUSABLE_TEXT.test(signature)) {
    throw new AppError('invalid_input', 'The signature contains characters that no mail can show.')
  }
  if (signature === '') return ''
  try {
    checkTemplate({ subject: '', body: signature })
    return signature
  } catch (error) {
    if (!isAppError(error, 'template_invalid')) throw error
    throw new AppError('template_invalid', error.message.replaceAll('The body', 'The signature'), { cause: error })
  }
}

/** The mail server that its mails leave by, and the one that answers arrive at. */
async function checkServers(
  { vault, ownServers, ownMailboxes }: Pick<Deps, 'vault' | 'ownServers' | 'ownMailboxes'>,
  portalId: number,
  { server, mailbox }: Pick<ChangeSender, 'server' | 'mailbox'>,
  before: SenderRecord | undefined,
): Promise<Servers> {
  const smtp = await checkLogin(vault, server, {
    before: before && smtpOf(before),
    context: smtpPasswordOf(portalId),
    refusal: ownServers.refusal,
    needsUser: false,
  })
  const imap = await checkLogin(vault, mailbox, {
    before: before && imapOf(before),
    context: imapPasswordOf(portalId),
    refusal: ownMailboxes.refusal,
    needsUser: true,
  })
  const same = (one: StoredLogin | undefined, other: StoredLogin) => JSON.stringify(one) === JSON.stringify(other)
  return {
    ...{
      smtpHost: smtp.host,
      smtpPort: smtp.port,
      smtpTls: smtp.tls,
      smtpUser: smtp.user,
      smtpPassword: smtp.password,
    },
    ...{
      imapHost: imap.host,
      imapPort: imap.port,
      imapTls: imap.tls,
      imapUser: imap.user,
      imapPassword: imap.password,
    },
    // What was wrong with another login says nothing about this one.
    problem: before && same(smtpOf(before), smtp) ? before.problem : null,
    imapProblem: before && same(imapOf(before), imap) ? before.imapProblem : null,
  }
}

function smtpOf(sender: SenderRecord): StoredLogin {
  const { smtpHost: host, smtpPort: port, smtpTls: tls, smtpUser: user, smtpPassword: password } = sender
  return { host, port, tls, user, password }
}

function imapOf(sender: SenderRecord): StoredLogin {
  const { imapHost: host, imapPort: port, imapTls: tls, imapUser: user, imapPassword: password } = sender
  return { host, port, tls, user, password }
}

/** A ramp that goes on as it was keeps its first day. */
function checkCaps(
  { dailyCap, rampUp }: ChangeSender,
  before: SenderRecord | undefined,
  now: Temporal.Instant,
): Pick<SenderChange, 'dailyCap' | 'rampStart' | 'rampStep' | 'rampSince'> {
  const cap = dailyCap === 0 ? null : dailyCap
  if (rampUp === null) return { dailyCap: cap, rampStart: null, rampStep: null, rampSince: null }
  if (cap === null) throw new AppError('invalid_input', 'A ramp-up needs a daily cap that it ends at. Enter one.')
  const { start: rampStart, step: rampStep } = rampUp
  const goesOn = before?.rampStart === rampStart && before.rampStep === rampStep
  return { dailyCap: cap, rampStart, rampStep, rampSince: goesOn ? before.rampSince : now }
}
