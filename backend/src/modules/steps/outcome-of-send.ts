import type { SendOutcome } from '#mail/mailer.ts'
import { afterOutage, afterRefusal } from './backoff.ts'
import type { ClaimedRun } from './claim-repository.ts'
import { describeMoment } from './describe-moment.ts'
import { MAX_ATTEMPTS } from './limits.ts'
import type { Outcome } from './settle-runs.ts'

export interface SentRun {
  readonly run: ClaimedRun
  readonly subject: string
  readonly recipient: string
  /** See `keptBackSince`. */
  readonly since: Temporal.Instant
}

export interface SendMoment {
  readonly now: Temporal.Instant
  readonly random: () => number
  readonly timeZone: string | null
}

/** What the mail server's answer means for the run. Pure. `gate_closed` is not here: what closed it decides. */
export function outcomeOfSend(
  sent: SentRun,
  outcome: Exclude<SendOutcome, { kind: 'not_sent'; reason: 'gate_closed' }>,
  moment: SendMoment,
): Outcome {
  switch (outcome.kind) {
    case 'accepted':
      return { kind: 'sent', response: outcome.response, subject: sent.subject }
    case 'unknown':
      return { kind: 'unconfirmed', detail: outcome.detail }
    case 'not_sent':
      return afterNoServer(sent, outcome.detail, moment)
    case 'refused':
      return outcome.permanent ? afterFinalRefusal(sent, outcome) : afterPassingRefusal(sent, outcome.response, moment)
  }
}

/** Nothing reached the server: the mail is not to blame, so this costs no attempt. */
export function afterNoServer(sent: Pick<SentRun, 'since'>, detail: string, moment: SendMoment): Outcome {
  const dueAt = afterOutage(moment.now, sent.since, moment.random)
  const when = describeMoment(dueAt, moment.timeZone)
  return { kind: 'later', dueAt, why: `The mail server could not be used (${detail}); trying again at ${when}.` }
}

function afterPassingRefusal(sent: SentRun, response: string, moment: SendMoment): Outcome {
  const attempts = sent.run.attempts + 1
  if (attempts >= MAX_ATTEMPTS) {
    return { kind: 'failed', why: `The mail server refused it ${attempts} times, last with “${response}”.`, response }
  }
  const dueAt = afterRefusal(moment.now, attempts, moment.random)
  const when = describeMoment(dueAt, moment.timeZone)
  const why = `The mail server said “${response}”; trying again at ${when}.`
  return { kind: 'later', dueAt, why, attempts, response }
}

type Refused = Extract<SendOutcome, { kind: 'refused' }>

function afterFinalRefusal(sent: SentRun, refused: Refused): Outcome {
  const fault = addressFault(refused)
  if (fault === 'none') {
    return { kind: 'failed', why: `The mail server refused it: “${refused.response}”.`, response: refused.response }
  }
  return {
    kind: 'ended',
    reason: 'address_rejected',
    response: refused.response,
    ...(fault === 'certain' ? { suppress: sent.recipient } : {}),
  }
}

/**
 * Whether the address is what the server refuses (RFC 3463). Only its own codes for a bad address put it on the do-not-mail
 * list; a bare 550 ends the enrollment without that; 5.2.x (mailbox full, disabled) and 5.7.x (policy, our reputation) say
 * nothing against the address and wait for a person.
 */
export function addressFault(refused: Refused): 'certain' | 'likely' | 'none' {
  if (!refused.atRecipient) return 'none'
  const enhanced = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(refused.response)?.[1]
  if (enhanced !== undefined) {
    if (['5.1.1', '5.1.2', '5.1.3', '5.1.10'].includes(enhanced)) return 'certain'
    return enhanced.startsWith('5.1.') && !['5.1.7', '5.1.8'].includes(enhanced) ? 'likely' : 'none'
  }
  return [550, 551, 553].includes(refused.code) ? 'likely' : 'none'
}
