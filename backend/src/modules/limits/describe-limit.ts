import { describeSpan } from '#modules/enrollments/describe-span.ts'
import type { Limit, LimitScope, LimitWindow } from './limit.ts'

/** "50 mails an hour from ada@example.com": the limit in the words of the sentence that names it. `key` is whom it counts. Pure. */
export function describeLimit({ scope, max, window }: Limit, key: string): string {
  const mails = max === 1 ? '1 mail' : `${max} mails`
  return `${mails} ${describeWindow(window)} ${WHOM[scope](key)}`
}

function describeWindow(window: LimitWindow): string {
  if (window.kind === 'rolling') return `in ${describeSpan(window.span.total('milliseconds'))}`
  return window.kind === 'hour' ? 'an hour' : 'a day'
}

const WHOM: Record<LimitScope, (key: string) => string> = {
  mailbox: (address) => `from ${address}`,
  sending_domain: (domain) => `from ${domain}`,
  recipient_domain: (domain) => `to addresses at ${domain}`,
  portal: () => 'from this HubSpot account',
  sequence: () => 'from this sequence',
  contact: () => 'to this contact',
  company_in_deal: () => 'to this company in this deal',
}
