import type { MergeValues } from '#mail/merge-fields.ts'
import type { SendFacts } from '#modules/deals/send-facts.ts'
import type { StepSender } from './sender.ts'
import type { PortalState, RunState } from './state-repository.ts'

/** Whom a mail is about. */
export interface MailSubject {
  readonly contact: Pick<RunState['contact'], 'firstName' | 'lastName' | 'email' | 'company' | 'phone'>
  readonly deal: Pick<NonNullable<RunState['deal']>, 'name' | 'amount' | 'pipelineId' | 'stageId'> | null
}

/** The values of a mail's merge fields; the stage is the one HubSpot just named, where it did. Pure. */
export function mergeValuesOf(
  state: MailSubject,
  told: Pick<SendFacts, 'pipelineId' | 'stageId'> | undefined,
  portal: Pick<PortalState, 'accountName'>,
  sender: Pick<StepSender, 'name'> | undefined,
  labels: ReadonlyMap<string, string>,
): MergeValues {
  const pipelineId = told?.pipelineId ?? state.deal?.pipelineId ?? ''
  const stageId = told?.stageId ?? state.deal?.stageId ?? ''
  return {
    'contact.firstname': state.contact.firstName,
    'contact.lastname': state.contact.lastName,
    'contact.email': state.contact.email,
    'contact.company': state.contact.company,
    'contact.phone': state.contact.phone,
    'deal.name': state.deal?.name ?? null,
    'deal.amount': state.deal?.amount ?? null,
    'deal.stage': labels.get(`${pipelineId}/${stageId}`) ?? null,
    'deal.pipeline': labels.get(pipelineId) ?? null,
    'sender.name': sender?.name ?? null,
    'portal.name': portal.accountName,
  }
}
