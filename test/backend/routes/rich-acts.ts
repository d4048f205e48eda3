import { randomUUID } from 'node:crypto'
import type { Trx } from '#db/database.ts'

interface Given {
  readonly trx: Trx
  readonly portalId: number
  readonly mark: string
  readonly now: Temporal.Instant
}

interface Known {
  readonly enrollmentId: string
  /** Our id. */
  readonly contactId: string
  readonly dealId: string
  readonly pipelineId: string
}

/** A mail that waits to be read, with a person's words, a task and a place; gives the mail's step run. */
export async function addActs(
  { trx, portalId, mark, now }: Given,
  { enrollmentId, contactId, dealId, pipelineId }: Known,
): Promise<string> {
  const stepRunId = randomUUID()
  const step = { enrollmentId, stepId: 'three', position: 0, kind: 'email', dueAt: now, why: mark } as const
  await trx
    .insertInto('stepRuns')
    .values({
      portalId,
      id: stepRunId,
      ...step,
      status: 'held',
      heldFor: 'approval',
      leaseUntil: null,
      settledAt: null,
    })
    .execute()
  const run = { portalId, stepRunId, enrollmentId }
  const words = { subject: mark, body: mark, digest: Buffer.from(mark), approvedAt: now, approvedBy: mark }
  await trx
    .insertInto('mailApprovals')
    .values({ ...run, ...words })
    .execute()
  const task = { dealId, taskId: '1', status: 'left', intendedAt: now } as const
  await trx
    .insertInto('stepTasks')
    .values({ ...run, ...task, lookAt: null, timesOutAt: null, onTimeout: null })
    .execute()
  await trx.insertInto('places').values({ portalId, id: mark, name: mark, position: 1 }).execute()
  await trx
    .insertInto('placeStages')
    .values({ portalId, pipelineId, stageId: `only-${mark}`, placeId: mark })
    .execute()
  const place = { portalId, dealId, contactId, placeId: mark, movedAt: now }
  await trx.insertInto('contactPlaces').values(place).execute()
  return stepRunId
}
