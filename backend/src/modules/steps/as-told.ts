import type { SendFacts } from '#modules/deals/send-facts.ts'
import type { RunState } from './state-repository.ts'

/**
 * The state with what HubSpot just said in place of what was kept before it was asked: nobody tells us of a corrected name or
 * another amount, so the mail would still say the old one. Pure.
 */
export function asTold(state: RunState, told: SendFacts | undefined): RunState {
  if (!told?.values) return state
  const { pipelineId, stageId, ownerId, isClosed, deleted, values } = told
  return {
    ...state,
    contact: { ...state.contact, ...values.contact },
    deal: { ...values.deal, pipelineId, stageId, ownerId, isClosed, deleted, merged: false },
  }
}
