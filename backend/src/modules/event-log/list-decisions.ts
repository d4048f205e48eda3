import type { Trx } from '#db/database.ts'
import type { DecisionRow } from '#shared/contract/enrollment.ts'
import { type DecisionRecord, listDecisionsOfDeal, listDecisionsOfEvents } from './decisions-repository.ts'
import { describeDecision } from './describe-decision.ts'

/** The newest decisions about a deal, newest first: why each contact was or was not enrolled. */
export async function listDecisions(trx: Trx, portalId: number, dealId: string, limit: number): Promise<DecisionRow[]> {
  return (await listDecisionsOfDeal(trx, portalId, dealId, limit)).map(toRow)
}

/** The newest decisions that these events led to, `limit` in all, by event id. */
export async function listDecisionsByEvent(
  trx: Trx,
  portalId: number,
  eventIds: number[],
  limit: number,
): Promise<Map<number, DecisionRow[]>> {
  const byEvent = new Map<number, DecisionRow[]>()
  if (eventIds.length === 0) return byEvent
  for (const record of await listDecisionsOfEvents(trx, portalId, eventIds, limit)) {
    if (record.eventId === null) continue
    byEvent.set(record.eventId, [...(byEvent.get(record.eventId) ?? []), toRow(record)])
  }
  return byEvent
}

function toRow(record: DecisionRecord): DecisionRow {
  const { decidedAt, outcome, trace, nearestChange } = record
  const row = { at: decidedAt.toString(), outcome, sentence: describeDecision(record), trace }
  return nearestChange === null ? row : { ...row, nearestChange }
}
