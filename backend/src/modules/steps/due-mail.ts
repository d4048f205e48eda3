import type { DueMail } from '#modules/limits/decide-limits.ts'
import { domainOf } from '#modules/senders/domain-of.ts'
import type { StepSender } from './sender.ts'
import type { RunState } from './state-repository.ts'

/** Whom a mail counts for. A rep who sends one once more has decided; that mail is only counted. Pure. */
export function dueMailOf(
  { run, state }: { readonly run: { readonly id: string }; readonly state: RunState },
  recipient: string,
  portalId: number,
  sender: Pick<StepSender, 'id' | 'address'>,
): DueMail {
  const domain = domainOf(recipient)
  return {
    id: run.id,
    sequenceId: state.sequenceId,
    senderId: sender.id,
    keys: {
      mailbox: sender.address,
      sending_domain: domainOf(sender.address),
      recipient_domain: domain,
      portal: String(portalId),
      sequence: state.sequenceId,
      contact: state.personId,
      company_in_deal: `${state.dealId} ${domain}`,
    },
  }
}
