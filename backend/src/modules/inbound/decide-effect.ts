import type { Classification } from './classification.ts'
import type { Answerer, OtherContact } from './find-answerer.ts'
import type { RecipientReport } from './judge-delivery.ts'

/** What an incoming mail does to the enrollment whose mail it is about. */
export type Effect =
  | { readonly kind: 'replied' }
  /** Somebody else answered; `by` is null when it is nobody we know. */
  | { readonly kind: 'answered'; readonly by: OtherContact | null }
  /** One of the account's own people wrote into the conversation. */
  | { readonly kind: 'team_answered' }
  /** `suppress`: the address goes on the do-not-mail list. */
  | { readonly kind: 'bounced'; readonly suppress: boolean; readonly why: string }
  /** Not delivered for now. */
  | { readonly kind: 'delayed'; readonly why: string }
  /** Refused for what we are or wrote; the address is not at fault. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'complained' }
  | { readonly kind: 'away'; readonly returnDate: Temporal.PlainDate | undefined }
  | { readonly kind: 'unsubscribed' }
  | { readonly kind: 'automatic' }
  /** A person should look. */
  | { readonly kind: 'unclear' }
  /** Nothing worth telling. */
  | { readonly kind: 'none' }

/**
 * What a mail does that was found to belong to a mail to `recipient` (null after an erasure). `answerer`: whose answer it is, where it is
 * one. Pure.
 */
export function decideEffect(
  classification: Classification,
  recipient: string | null,
  answerer: Answerer | undefined,
): Effect {
  switch (classification.kind) {
    case 'human_reply':
      return decideAnswer(answerer ?? { kind: 'contact' })
    case 'out_of_office':
      return { kind: 'away', returnDate: classification.returnDate }
    case 'bounce':
      return decideBounce(classification.recipients, recipient)
    case 'complaint':
      return { kind: 'complained' }
    case 'unsubscribe_request':
      return { kind: 'unsubscribed' }
    case 'automatic_reply':
      return { kind: 'automatic' }
    case 'disposition':
      return { kind: 'none' }
    case 'unknown':
      return { kind: 'unclear' }
  }
}

function decideAnswer(answerer: Answerer): Effect {
  switch (answerer.kind) {
    case 'contact':
      return { kind: 'replied' }
    case 'team':
      return { kind: 'team_answered' }
    case 'other_contact':
      return { kind: 'answered', by: answerer.contact }
    case 'someone':
      return { kind: 'answered', by: null }
  }
}

/** A report may name several recipients; ours went to one. A single report is about ours even when a forward renamed it. */
function decideBounce(reports: readonly RecipientReport[], recipient: string | null): Effect {
  const ours = reports.filter(
    ({ finalRecipient, originalRecipient }) =>
      recipient !== null && (finalRecipient === recipient || originalRecipient === recipient),
  )
  const report = ours[0] ?? (reports.length === 1 ? reports[0] : undefined)
  if (!report) return { kind: 'unclear' }
  const { verdict, suppress, why } = report
  switch (verdict) {
    case 'hard':
      return { kind: 'bounced', suppress: suppress && !isForwarded(report, recipient), why }
    case 'soft':
      return { kind: 'delayed', why }
    case 'ours':
      return { kind: 'refused', why }
    case 'delayed':
    case 'delivered':
      return { kind: 'none' }
  }
}

/** What does not exist is the address it was forwarded to, not the one we know. */
function isForwarded({ finalRecipient, originalRecipient }: RecipientReport, recipient: string | null): boolean {
  return finalRecipient !== undefined && finalRecipient !== recipient && originalRecipient !== recipient
}
