import { call } from '../data/call.ts'

/** Moves a deal as a person in HubSpot does; the sandbox then tells the app through a webhook. */
export async function moveDeal(portalId: number | string, dealId: string, stageId: string, pipelineId?: string) {
  const body = { stageId, ...(pipelineId ? { pipelineId } : {}) }
  await call(`/sandbox/portals/${portalId}/deals/${encodeURIComponent(dealId)}/move`, body)
}
