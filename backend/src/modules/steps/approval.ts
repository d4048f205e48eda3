import { createHash } from 'node:crypto'
import type { RenderedMail } from '#mail/render-mail.ts'
import type { StepSender } from './sender.ts'
import type { RunState } from './state-repository.ts'

type State = Pick<RunState, 'step' | 'approval'>
type From = Pick<StepSender, 'name' | 'address'>
type Run = { readonly resend: boolean }

/** What becomes of a mail whose moment has come and that a person must read first. */
export const MUST_BE_APPROVED = {
  kind: 'held',
  heldFor: 'approval',
  why: 'Its moment has come, and a person must approve this e-mail before it goes out.',
} as const

/** What becomes of an approved mail that would no longer say what was read. */
export const MUST_BE_READ_AGAIN = {
  kind: 'held',
  heldFor: 'approval',
  why: 'This e-mail has changed since it was approved: a value in HubSpot, or its sender. Read it again.',
} as const

/** Whether the mail waits for a person's yes. A mail that a person sends once more had it, or needs none. Pure. */
export function needsApproval({ step, approval }: State, { resend }: Run): boolean {
  return step?.kind === 'email' && step.approval === 'before_send' && !resend && approval === null
}

/** Whether a mail that was approved reads otherwise by now: nobody has read what would go out. Pure. */
export function readsOtherwise({ step, approval }: State, { resend }: Run, mail: RenderedMail, from: From): boolean {
  if (step?.kind !== 'email' || step.approval !== 'before_send' || resend || !approval) return false
  return approval.digest !== digestMail(mail, from).toString('hex')
}

/** Names what a person reads: SHA-256 of sender, subject and text. */
export function digestMail({ subject, text }: Pick<RenderedMail, 'subject' | 'text'>, from: From): Buffer {
  return createHash('sha256')
    .update(`${describeFrom(from)}\n${subject}\n${text}`)
    .digest()
}

/** Who a mail comes from, as its header says it. Pure. */
export function describeFrom({ name, address }: From): string {
  return `${name} <${address}>`
}
