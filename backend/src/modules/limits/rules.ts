import type { SendingRules } from '#shared/contract/limits.ts'
import type { Limit } from './limit.ts'

/** What an account begins with: at most one mail a day to a person, and a company is not written to all at once. */
export const FIRST_RULES: SendingRules = { contactHours: 24, companyMinutes: 5, portalPerDay: 0, sensibleHours: 24 }

/** An account that was connected before there were limits keeps none until somebody saves some. */
export const NO_RULES: SendingRules = {
  contactHours: 0,
  companyMinutes: 0,
  portalPerDay: 0,
  sensibleHours: 24,
}

/** The limits a portal's rules stand for; those of its senders join them in `admitMails`. Pure. */
export function limitsOf(rules: SendingRules): Limit[] {
  const limits: Limit[] = []
  if (rules.contactHours > 0) limits.push(spacing('contact', { hours: rules.contactHours }))
  if (rules.companyMinutes > 0) limits.push(spacing('company_in_deal', { minutes: rules.companyMinutes }))
  if (rules.portalPerDay > 0) limits.push({ scope: 'portal', max: rules.portalPerDay, window: { kind: 'day' } })
  const { sequencePerDay = 0, domainPerHour = 0 } = rules
  if (sequencePerDay > 0) limits.push({ scope: 'sequence', max: sequencePerDay, window: { kind: 'day' } })
  if (domainPerHour > 0) limits.push({ scope: 'recipient_domain', max: domainPerHour, window: { kind: 'hour' } })
  return limits
}

function spacing(scope: Limit['scope'], span: Temporal.DurationLike): Limit {
  return { scope, max: 1, window: { kind: 'rolling', span: Temporal.Duration.from(span) } }
}
