import type { AddSender, ChangeSender, SenderRow } from '@stagecue/shared/contract/sender.ts'
import { isAddress, isMissing } from './SenderFields.tsx'

/** A sender as a form holds it: everything is there, and what is switched off is left out when it is sent. */
export interface MailboxDraft {
  address: string
  fromName: string
  replyTo: string
  signature: string
  ownServer: boolean
  host: string
  port: number
  tls: 'tls' | 'starttls'
  user: string
  /** Empty: the one that is kept. */
  password: string
  dailyCap: number
  ramps: boolean
  rampStart: number
  rampStep: number
  active: boolean
}

export const NEW_MAILBOX: MailboxDraft = {
  address: '',
  fromName: '',
  replyTo: '',
  signature: '',
  ownServer: false,
  host: '',
  port: 465,
  tls: 'tls',
  user: '',
  password: '',
  dailyCap: 100,
  ramps: true,
  rampStart: 20,
  rampStep: 10,
  active: true,
}

export function draftOfMailbox(row: SenderRow): MailboxDraft {
  const { address, fromName, replyTo, signature, server, dailyCap, rampUp, active } = row
  const { host, port, tls, user } = server ?? NEW_MAILBOX
  return {
    ...{ address, fromName, replyTo, signature, dailyCap, active, host, port, tls, user, password: '' },
    ownServer: server !== null,
    ramps: rampUp !== null,
    rampStart: rampUp?.start ?? NEW_MAILBOX.rampStart,
    rampStep: rampUp?.step ?? NEW_MAILBOX.rampStep,
  }
}

export function inputOfMailbox(draft: MailboxDraft): Omit<ChangeSender, 'idempotencyKey'> {
  const { fromName, replyTo, signature, host, port, tls, user, password, dailyCap, active } = draft
  return {
    ...{ fromName, replyTo, signature, dailyCap, active },
    server: draft.ownServer
      ? { host: host.trim(), port, tls, user, password: password === '' ? null : password }
      : null,
    rampUp: draft.ramps && dailyCap > 0 ? { start: draft.rampStart, step: draft.rampStep } : null,
  }
}

export function newSenderOf(draft: MailboxDraft): Omit<AddSender, 'idempotencyKey'> {
  return { address: draft.address, ...inputOfMailbox(draft) }
}

/** Whether it may be sent; the server looks closer. */
export function isComplete(draft: MailboxDraft): boolean {
  const addresses = isAddress(draft.address) && (draft.replyTo.trim() === '' || isAddress(draft.replyTo))
  const server = !draft.ownServer || (!isMissing(draft.host) && isWhole(draft.port, 1))
  const caps =
    isWhole(draft.dailyCap, 0) && (!draft.ramps || (isWhole(draft.rampStart, 1) && isWhole(draft.rampStep, 1)))
  return addresses && server && caps && !isMissing(draft.fromName)
}

function isWhole(value: number, min: number): boolean {
  return Number.isSafeInteger(value) && value >= min
}
