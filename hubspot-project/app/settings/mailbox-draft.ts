import type { AddSender, ChangeSender, SenderRow } from '@stagecue/shared/contract/sender.ts'
import { isAddress, isMissing } from './SenderFields.tsx'

/** A login as a form holds it. */
export interface LoginDraft {
  on: boolean
  host: string
  port: number
  tls: 'tls' | 'starttls'
  user: string
  /** Empty: the one that is kept. */
  password: string
}

/** A sender as a form holds it: everything is there, and what is switched off is left out when it is sent. */
export interface MailboxDraft {
  address: string
  fromName: string
  replyTo: string
  signature: string
  smtp: LoginDraft
  imap: LoginDraft
  dailyCap: number
  ramps: boolean
  rampStart: number
  rampStep: number
  active: boolean
  revision: number
}

export const PORTS = { smtp: { tls: 465, starttls: 587 }, imap: { tls: 993, starttls: 143 } } as const

const noLogin = (port: number): LoginDraft => ({ on: false, host: '', port, tls: 'tls', user: '', password: '' })

export const NEW_MAILBOX: MailboxDraft = {
  address: '',
  fromName: '',
  replyTo: '',
  signature: '',
  smtp: noLogin(PORTS.smtp.tls),
  imap: noLogin(PORTS.imap.tls),
  dailyCap: 100,
  ramps: true,
  rampStart: 20,
  rampStep: 10,
  active: true,
  revision: 0,
}

export function draftOfMailbox(row: SenderRow): MailboxDraft {
  const { address, fromName, replyTo, signature, server, mailbox, dailyCap, rampUp, active, revision } = row
  return {
    ...{ address, fromName, replyTo, signature, dailyCap, active, revision },
    smtp: draftOfLogin(server, PORTS.smtp.tls),
    imap: draftOfLogin(mailbox, PORTS.imap.tls),
    ramps: rampUp !== null,
    rampStart: rampUp?.start ?? NEW_MAILBOX.rampStart,
    rampStep: rampUp?.step ?? NEW_MAILBOX.rampStep,
  }
}

function draftOfLogin(login: SenderRow['server'], port: number): LoginDraft {
  if (login === null) return noLogin(port)
  const { hasPassword: _, ...same } = login
  return { ...same, on: true, password: '' }
}

export function inputOfMailbox(draft: MailboxDraft): Omit<ChangeSender, 'idempotencyKey'> {
  const { fromName, replyTo, signature, smtp, imap, dailyCap, active } = draft
  return {
    ...{ fromName, replyTo, signature, dailyCap, active },
    server: inputOfLogin(smtp),
    mailbox: inputOfLogin(imap),
    rampUp: draft.ramps && dailyCap > 0 ? { start: draft.rampStart, step: draft.rampStep } : null,
  }
}

function inputOfLogin({ on, host, port, tls, user, password }: LoginDraft): ChangeSender['server'] {
  return on ? { host: host.trim(), port, tls, user, password: password === '' ? null : password } : null
}

export function newSenderOf(draft: MailboxDraft): Omit<AddSender, 'idempotencyKey'> {
  return { address: draft.address, ...inputOfMailbox(draft) }
}

/** What each field is now, where somebody else changed it meanwhile. */
export const MAILBOX_WORDS = {
  fromName: (saved: string) => `From name: ${saved}`,
  replyTo: (saved: string) => `Replies go to: ${saved === '' ? 'the address' : saved}`,
  signature: (saved: string) => `Signature: ${saved === '' ? 'none' : saved}`,
  smtp: ({ on, host, port, user }: LoginDraft) =>
    `Mail server: ${on ? `${host}:${port} ${user}`.trim() : 'Stagecue’s'}`,
  imap: ({ on, host, port, user }: LoginDraft) => `Mailbox: ${on ? `${host}:${port} ${user}`.trim() : 'not read'}`,
  dailyCap: (saved: number) => `E-mails a day: ${saved === 0 ? 'no cap' : saved}`,
  ramps: (saved: boolean) => `Ramp-up: ${saved ? 'yes' : 'no'}`,
  rampStart: (saved: number) => `First day: ${saved}`,
  rampStep: (saved: number) => `More each day: ${saved}`,
  active: (saved: boolean) => `The sender is ${saved ? 'on' : 'off'}`,
}

/** Whether it may be sent; the server looks closer. */
export function isComplete(draft: MailboxDraft): boolean {
  const addresses = isAddress(draft.address) && (draft.replyTo.trim() === '' || isAddress(draft.replyTo))
  const servers = [draft.smtp, draft.imap].every(({ on, host, port }) => !on || (!isMissing(host) && isWhole(port, 1)))
  const caps =
    isWhole(draft.dailyCap, 0) && (!draft.ramps || (isWhole(draft.rampStart, 1) && isWhole(draft.rampStep, 1)))
  return addresses && servers && caps && !isMissing(draft.fromName)
}

function isWhole(value: number, min: number): boolean {
  return Number.isSafeInteger(value) && value >= min
}
