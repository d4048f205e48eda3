import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { DecisionOutcome, DecisionReason } from '#shared/vocabulary.ts'

/** A decision with the names people know; null where it names nobody or the name is not known. */
export interface DecisionRecord {
  eventId: number | null
  contactId: string | null
  outcome: DecisionOutcome
  reason: DecisionReason
  trace: TraceLine[]
  nearestChange: string | null
  decidedAt: Temporal.Instant
  contactName: string | null
  sequenceName: string | null
  stageLabel: string | null
}

function namedDecisions(trx: Trx, portalId: number) {
  return trx
    .selectFrom('decisions as d')
    .leftJoin('contacts as c', (join) =>
      join.onRef('c.portalId', '=', 'd.portalId').onRef('c.contactId', '=', 'd.contactId'),
    )
    .leftJoin('sequences as s', (join) =>
      join.onRef('s.portalId', '=', 'd.portalId').onRef('s.id', '=', 'd.sequenceId'),
    )
    .leftJoin('stageEntries as e', (join) =>
      join.onRef('e.portalId', '=', 'd.portalId').onRef('e.id', '=', 'd.stageEntryId'),
    )
    .leftJoin('stages as t', (join) =>
      join
        .onRef('t.portalId', '=', 'e.portalId')
        .onRef('t.pipelineId', '=', 'e.pipelineId')
        .onRef('t.stageId', '=', 'e.stageId'),
    )
    .where('d.portalId', '=', portalId)
    .select(['d.eventId', 'd.contactId', 'd.outcome', 'd.reason', 'd.trace', 'd.decidedAt', 'd.nearestChange'])
    .select('s.name as sequenceName')
    .select([
      sql<string | null>`coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.email)`.as('contactName'),
      sql<string | null>`coalesce(t.label, e.stage_id)`.as('stageLabel'),
    ])
}

export async function listDecisionsOfDeal(
  trx: Trx,
  portalId: number,
  dealId: string,
  limit: number,
): Promise<DecisionRecord[]> {
  return newestFirst(namedDecisions(trx, portalId).where('d.dealId', '=', dealId))
    .limit(limit)
    .execute()
}

export async function listDecisionsOfEvents(
  trx: Trx,
  portalId: number,
  eventIds: number[],
  limit: number,
): Promise<DecisionRecord[]> {
  return newestFirst(namedDecisions(trx, portalId).where('d.eventId', 'in', eventIds))
    .limit(limit)
    .execute()
}

type Named = ReturnType<typeof namedDecisions>

function newestFirst(query: Named): Named {
  return query.orderBy('d.decidedAt', 'desc').orderBy('d.id', 'desc')
}
