import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'

/** A read model: it joins across tables and writes nothing. */
export async function readDealStory(trx: Trx, portalId: number, dealId: string) {
  const deal = await trx
    .selectFrom('deals as d')
    .leftJoin('stages as s', (join) =>
      join
        .onRef('s.portalId', '=', 'd.portalId')
        .onRef('s.pipelineId', '=', 'd.pipelineId')
        .onRef('s.stageId', '=', 'd.stageId'),
    )
    .where('d.portalId', '=', portalId)
    .where('d.dealId', '=', dealId)
    .select([
      'd.name',
      'd.pipelineId',
      'd.stageId',
      's.label as stageLabel',
      'd.stageEnteredAt',
      'd.deleted',
      'd.readAt',
    ])
    .executeTakeFirst()
  const events = await trx
    .selectFrom('events')
    .where('portalId', '=', portalId)
    .where('dealId', '=', dealId)
    .orderBy('id')
    .select([
      'id',
      'occurredAt',
      'receivedAt',
      'processedAt',
      'subscriptionType',
      'status',
      'attempts',
      'reason',
      'payload',
    ])
    .execute()
  const decisions = await trx
    .selectFrom('decisions')
    .where('portalId', '=', portalId)
    .where('dealId', '=', dealId)
    .orderBy('decidedAt')
    .orderBy('id')
    .select(['id', 'eventId', 'stageEntryId', 'contactId', 'outcome', 'reason', 'trace', 'decidedAt'])
    .execute()
  const enrollments = await trx
    .selectFrom('enrollments as e')
    .innerJoin('sequences as s', (join) =>
      join.onRef('s.portalId', '=', 'e.portalId').onRef('s.id', '=', 'e.sequenceId'),
    )
    .innerJoin('contacts as c', (join) => join.onRef('c.portalId', '=', 'e.portalId').onRef('c.id', '=', 'e.contactId'))
    .where('e.portalId', '=', portalId)
    .where('e.dealId', '=', dealId)
    .orderBy('e.enrolledAt')
    .orderBy('e.id')
    .select([
      'e.id',
      's.name as sequence',
      'e.version',
      'c.contactId',
      'e.source',
      'e.status',
      'e.stopReason',
      'e.completedWhy',
      'e.enrolledAt',
      'e.endedAt',
    ])
    .execute()
  const stepRuns = await trx
    .selectFrom('stepRuns as r')
    .innerJoin('enrollments as e', (join) =>
      join.onRef('e.portalId', '=', 'r.portalId').onRef('e.id', '=', 'r.enrollmentId'),
    )
    .where('r.portalId', '=', portalId)
    .where('e.dealId', '=', dealId)
    .orderBy('r.position')
    .orderBy('r.epoch')
    .select([
      'r.id',
      'r.enrollmentId',
      'r.position',
      'r.kind',
      'r.epoch',
      'r.status',
      'r.dueAt',
      'r.deadline',
      'r.why',
      'r.attempts',
      'r.settledAt',
    ])
    .execute()
  const deliveries = await trx
    .selectFrom('deliveries as d')
    .innerJoin('enrollments as e', (join) =>
      join.onRef('e.portalId', '=', 'd.portalId').onRef('e.id', '=', 'd.enrollmentId'),
    )
    .where('d.portalId', '=', portalId)
    .where('e.dealId', '=', dealId)
    .orderBy('d.createdAt')
    .select([
      'd.stepRunId',
      'd.epoch',
      'd.status',
      'd.messageId',
      'd.variant',
      'd.response',
      'd.createdAt',
      'd.settledAt',
    ])
    .execute()
  const tasks = await trx
    .selectFrom('stepTasks as t')
    .innerJoin('enrollments as e', (join) =>
      join.onRef('e.portalId', '=', 't.portalId').onRef('e.id', '=', 't.enrollmentId'),
    )
    .where('t.portalId', '=', portalId)
    .where('e.dealId', '=', dealId)
    .select(['t.stepRunId', 't.taskId', 't.status', 't.lookAt'])
    .execute()
  const timeline = await trx
    .selectFrom('timelineEntries as t')
    .where('t.portalId', '=', portalId)
    .where((eb) =>
      eb.or([
        eb.and([eb('t.objectType', '=', 'deal'), eb('t.objectId', '=', dealId)]),
        eb.and([
          eb('t.objectType', '=', 'contact'),
          eb('t.objectId', 'in', enrollments.length > 0 ? enrollments.map((enrollment) => enrollment.contactId) : ['']),
          sql<boolean>`exists (select from activities a where a.portal_id = t.portal_id and a.deal_id = ${dealId} and a.at = t.occurred_at)`,
        ]),
      ]),
    )
    .orderBy('t.occurredAt')
    .select(['t.eventType', 't.objectType', 't.objectId', 't.status', 't.reason', 't.occurredAt', 't.publishedAt'])
    .execute()
  return { deal, events, decisions, enrollments, stepRuns, deliveries, tasks, timeline }
}
