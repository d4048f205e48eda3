import { DECISION_REASON } from '#shared/vocabulary.ts'
import type { DecisionRecord } from './decisions-repository.ts'

type Told = Pick<DecisionRecord, 'outcome' | 'reason' | 'contactId' | 'contactName' | 'sequenceName' | 'stageLabel'>

/** A decision as one sentence that names the contact and the stage as far as they are known. Pure. */
export function describeDecision(decision: Told): string {
  const { outcome, reason, contactId, contactName, sequenceName, stageLabel } = decision
  const who = contactName ?? (contactId ? `Contact ${contactId}` : null)
  const when = stageLabel ? ` when the deal entered ${stageLabel}` : ''
  if (outcome === 'enrolled') return `${who ?? 'A contact'} was enrolled in ${sequenceName ?? 'the sequence'}${when}.`
  const because = lowerFirst(DECISION_REASON[reason] ?? reason)
  if (outcome === 'parked' || outcome === 'awaiting_approval') {
    const then = reason === 'no_contact' ? ' A contact added now is enrolled.' : ''
    return `Nobody is enrolled yet${stageLabel ? ` for ${stageLabel}` : ''}: ${because}.${then}`
  }
  return who ? `${who} was not enrolled${when}: ${because}.` : `Nobody was enrolled${when}: ${because}.`
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
