import { randomUUID } from 'node:crypto'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { hashAddress } from '#modules/suppressions/hash-address.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import type { RealApp } from '#test/support/real-app.ts'
import { addTracked } from './add-tracked.ts'
import type { Ids } from './calls.ts'
import { addActs } from './rich-acts.ts'
import { addMailRecords } from './rich-mail.ts'
import { addSenders, OWNER } from './rich-senders.ts'
import { addVersionHistory } from './rich-versions.ts'
import { addWhatIf } from './rich-what-if.ts'

/** The ids HubSpot gave: the same in every portal made here. */
export const SHARED = { dealId: '9001', contactId: '51', pipelineId: 'sales', stageId: 'booked' } as const
/** A deal that only this portal has, too, so that somebody else's id leads nowhere. */
export const OWN_DEAL = (portalId: number) => `77${portalId}`

/**
 * Connects a portal and gives it a row in every table, with `mark` in every text that could get out, on our side and on
 * HubSpot's. Only the ids that HubSpot gives out are the same as in other portals.
 */
export async function makeRichPortal(real: RealApp, portalId: number, mark: string): Promise<Ids> {
  await real.connects(portalId)
  const { sandbox, deps } = real
  const pipelines = sandbox.state.portals.get(portalId)?.pipelines
  pipelines?.splice(0, 1, ...pipelines.slice(0, 1).map((pipeline) => ({ ...pipeline, label: `Sales ${mark}` })))
  const person = { email: `person@${mark}.example`, firstName: mark, lastName: 'Person' }
  sandbox.createContact(portalId, { id: SHARED.contactId, ...person })
  const contactIds = [SHARED.contactId]
  sandbox.createDeal(portalId, { id: SHARED.dealId, name: `Deal ${mark}`, stageId: SHARED.stageId, contactIds })
  sandbox.createDeal(portalId, { id: OWN_DEAL(portalId), name: `Own ${mark}`, stageId: SHARED.stageId, contactIds })
  return inPortal(deps.db, portalId, async (trx) => {
    const given = { trx, portalId, mark, now: deps.clock() }
    await addSettings(given)
    const senderId = await addSenders(given)
    const sequenceId = await addSequence(given)
    const contact = await addDeal(given)
    const eventId = await addEvents(given)
    const { enrollmentId, stepRunId } = await addRuns(given, sequenceId, contact)
    await addHistory(given, { eventId, sequenceId, enrollmentId })
    await addVersionHistory(trx, portalId, { mark, now: given.now, sequenceId, enrollmentId })
    const mailRunId = await addActs(given, { ...SHARED, enrollmentId, contactId: contact })
    await addMailRecords(trx, { ...given, sequenceId })
    const approvalId = await addApproval(given)
    const ids = { ...SHARED, sequenceId, enrollmentId, stepRunId, mailRunId, eventId, approvalId }
    return { ...ids, senderId, ownerId: OWNER(portalId) }
  })
}

export interface Given {
  readonly trx: Trx
  readonly portalId: number
  readonly mark: string
  readonly now: Temporal.Instant
}

async function addSettings({ trx, portalId, mark, now }: Given): Promise<void> {
  await trx
    .updateTable('installations')
    .set({ accountName: `${mark}.example`, fromName: mark, replyTo: `${mark}@example.com`, postalAddress: mark })
    .where('portalId', '=', portalId)
    .execute()
  const admins = ['admin@example.com', `admin@${mark}.example`]
  await trx
    .insertInto('admins')
    .values(admins.map((email) => ({ portalId, email, addedAt: now, addedBy: null })))
    .execute()
  const { pipelineId, stageId } = SHARED
  await trx
    .insertInto('pipelines')
    .values({ portalId, pipelineId, label: `Sales ${mark}`, displayOrder: 0 })
    .execute()
  const stages = [stageId, `only-${mark}`].map((id, displayOrder) => {
    return { portalId, pipelineId, stageId: id, label: `Stage ${mark}`, displayOrder, isClosed: false }
  })
  await trx.insertInto('stages').values(stages).execute()
}

async function addSequence({ trx, portalId, mark, now }: Given): Promise<string> {
  const id = randomUUID()
  const content: SequenceDefinition = {
    stopWhenStageLeft: true,
    steps: [{ id: 'one', kind: 'email', subject: `Subject ${mark}`, body: `Body ${mark}` }],
  }
  const definition = JSON.stringify(content)
  const times = { createdAt: now, updatedAt: now }
  await trx
    .insertInto('sequences')
    .values({ portalId, id, name: `Sequence ${mark}`, status: 'active', version: 1, draft: definition, ...times })
    .execute()
  await trx
    .insertInto('sequenceVersions')
    .values({ portalId, sequenceId: id, version: 1, definition, publishedAt: now, publishedBy: null })
    .execute()
  const rules = [SHARED.stageId, `only-${mark}`].map((stageId) => {
    return { portalId, pipelineId: SHARED.pipelineId, stageId, sequenceId: id, active: true, updatedAt: now }
  })
  await trx.insertInto('mappings').values(rules).execute()
  return id
}

async function addDeal({ trx, portalId, mark, now }: Given): Promise<string> {
  const { dealId, contactId, pipelineId, stageId } = SHARED
  const unknown = { amount: null, closeDate: null, ownerId: null, stageEnteredAt: now, readAt: now }
  const deals = [dealId, OWN_DEAL(portalId)].map((id) => {
    return { portalId, dealId: id, name: `Deal ${mark}`, pipelineId, stageId, ...unknown }
  })
  await trx.insertInto('deals').values(deals).execute()
  const id = randomUUID()
  const person = { email: `person@${mark}.example`, firstName: mark, lastName: 'Person', phone: mark, company: mark }
  await trx
    .insertInto('contacts')
    .values({ portalId, id, contactId, ...person, readAt: now })
    .execute()
  await trx
    .insertInto('dealContacts')
    .values(deals.map((deal) => ({ portalId, dealId: deal.dealId, contactId, seenAt: now })))
    .execute()
  return id
}

/** A dead, a pending and a done event; gives the number of the dead one. */
async function addEvents({ trx, portalId, mark, now }: Given): Promise<string> {
  const rows = await trx
    .insertInto('events')
    .values(
      (['dead', 'pending', 'done'] as const).map((status, index) => ({
        portalId,
        occurredAt: now.subtract({ seconds: index }),
        subscriptionType: 'object.propertyChange',
        objectId: SHARED.dealId,
        dedupeHash: Buffer.from(`${mark}${index}`),
        laneKey: `deal:${SHARED.dealId}`,
        dealId: SHARED.dealId,
        status,
        reasonCode: 'internal',
        reason: `Failed because of ${mark}`,
        payload: JSON.stringify({ propertyName: 'dealstage', propertyValue: `only-${mark}`, objectId: mark }),
        receivedAt: now,
        processedAt: null,
      })),
    )
    .returning('id')
    .execute()
  const lane = { portalId, kind: 'events', key: `deal:${SHARED.dealId}`, dueAt: now, notBefore: null } as const
  await trx
    .insertInto('lanes')
    .values({ ...lane, lease: null })
    .execute()
  return String(rows[0]?.id)
}

async function addRuns({ trx, portalId, mark, now }: Given, sequenceId: string, contactId: string) {
  const enrollmentId = randomUUID()
  await trx
    .insertInto('enrollments')
    .values({
      ...{ portalId, id: enrollmentId, sequenceId, version: 1, dealId: SHARED.dealId, contactId },
      ...{ stageEntryId: null, pipelineId: null, stageId: null, source: 'manual', status: 'active', stopReason: null },
      ...{ stepPosition: 0, stepCount: 1, pausedRemaining: null, enrolledAt: now, enrolledBy: mark },
      ...{ endedAt: null, updatedAt: now },
    })
    .execute()
  const [held, unconfirmed, deliveryId] = [randomUUID(), randomUUID(), randomUUID()]
  const run = { portalId, enrollmentId, position: 0, kind: 'email', dueAt: now, why: `Because of ${mark}` } as const
  await trx
    .insertInto('stepRuns')
    .values([
      { ...run, id: held, stepId: 'one', status: 'held', heldFor: 'late', leaseUntil: null, settledAt: now },
      { ...run, id: unconfirmed, stepId: 'two', status: 'unconfirmed', leaseUntil: null, settledAt: now },
    ])
    .execute()
  await trx
    .insertInto('deliveries')
    .values({
      ...{ portalId, id: deliveryId, stepRunId: unconfirmed, enrollmentId, epoch: 1, status: 'unconfirmed' },
      ...{ messageId: `<${mark}@example.com>`, recipient: `person@${mark}.example`, subject: mark, claimNo: 1 },
      ...{ mime: Buffer.from(mark), leaseUntil: now, response: mark, createdAt: now, settledAt: now },
    })
    .execute()
  await addTracked(trx, { portalId, deliveryId, enrollmentId }, now)
  return { enrollmentId, stepRunId: held }
}

/** A large change of one deal that waits for an admin. */
async function addApproval({ trx, portalId, mark, now }: Given): Promise<string> {
  const { pipelineId, stageId } = SHARED
  const id = randomUUID()
  const open = { status: 'waiting', createdAt: now, answeredAt: null, answeredBy: null } as const
  await trx
    .insertInto('approvals')
    .values({ portalId, id, pipelineId, stageId, source: `${mark} 1`, ...open })
    .execute()
  const entry = { portalId, id: randomUUID(), dealId: OWN_DEAL(portalId), pipelineId, stageId, eventId: null }
  await trx
    .insertInto('stageEntries')
    .values({ ...entry, enteredAt: now, createdAt: now, status: 'awaiting_approval', approvalId: id })
    .execute()
  return id
}

async function addHistory(
  { trx, portalId, mark, now }: Given,
  ids: Pick<Ids, 'eventId' | 'sequenceId' | 'enrollmentId'>,
): Promise<void> {
  const { dealId, contactId, pipelineId, stageId } = SHARED
  const eventId = Number(ids.eventId)
  const entry = { portalId, id: randomUUID(), dealId, pipelineId, stageId, enteredAt: now, eventId, createdAt: now }
  await trx
    .insertInto('stageEntries')
    .values({ ...entry, status: 'decided' })
    .execute()
  const trace = JSON.stringify([{ condition: mark, expected: mark, actual: mark, passed: true }])
  const decided = { outcome: 'enrolled', reason: 'enrolled', trace, decidedAt: now } as const
  await trx
    .insertInto('decisions')
    .values({
      ...{ portalId, id: randomUUID(), dealId, eventId, stageEntryId: entry.id, contactId, ...decided },
      sequenceId: ids.sequenceId,
    })
    .execute()
  await trx
    .insertInto('activities')
    .values({
      ...{ portalId, id: randomUUID(), at: now, kind: 'enrollment.started', actorKind: 'user', actor: mark },
      ...{ dealId, contactId, enrollmentId: ids.enrollmentId, subjectId: mark },
      data: JSON.stringify({ sequence: mark }),
    })
    .execute()
  await trx
    .insertInto('timelineEntries')
    .values({
      ...{ portalId, id: randomUUID(), eventType: 'deal_enrolled', objectType: 'deal', objectId: dealId },
      ...{ properties: JSON.stringify({ mark }), occurredAt: now, status: 'failed', reason: mark, publishedAt: null },
    })
    .execute()
  await trx
    .insertInto('suppressions')
    .values({
      ...{ portalId, addressHash: hashAddress(portalId, `gone@${mark}.example`), address: `gone@${mark}.example` },
      ...{ reason: 'unsubscribed', createdAt: now },
    })
    .execute()
  await trx
    .insertInto('incomingMails')
    .values({
      ...{ portalId, id: randomUUID(), contentHash: Buffer.from(mark), source: 'imap', receivedAt: now },
      ...{ handledAt: now, kind: 'human_reply', effect: 'replied', evidence: JSON.stringify([mark]) },
      ...{ enrollmentId: ids.enrollmentId, deliveryId: null },
    })
    .execute()
  await trx.insertInto('hubspotBudgets').values({ portalId, family: 'other', arrivalAt: now }).execute()
  await trx
    .insertInto('sendingStops')
    .values({
      ...{ portalId, id: randomUUID(), sequenceId: null, mails: 'all', cause: 'person', reason: mark },
      ...{ stoppedAt: now, stoppedBy: mark, liftedAt: now, liftedBy: mark },
    })
    .execute()
  await trx
    .insertInto('sendingStops')
    .values({
      ...{ portalId, id: randomUUID(), sequenceId: ids.sequenceId, mails: 'first', cause: 'bounces', reason: mark },
      ...{ stoppedAt: now, stoppedBy: mark, liftedAt: null, liftedBy: null },
    })
    .execute()
  await trx
    .insertInto('sendingRules')
    .values({
      ...{ portalId, updatedAt: now, updatedBy: mark },
      rules: JSON.stringify({ contactHours: 24, companyMinutes: 0, portalPerDay: 0, sensibleHours: 24 }),
    })
    .onConflict((conflict) => conflict.column('portalId').doNothing())
    .execute()
  await addWhatIf(trx, portalId, ids.sequenceId, { mark, now })
  await trx
    .insertInto('statusSettings')
    .values({ portalId, enabled: true, changedAt: now, changedBy: mark, propertiesAt: null, problem: mark })
    .execute()
  await trx
    .insertInto('testMails')
    .values({ portalId, id: randomUUID(), userId: mark, askedAt: now, outcome: 'accepted' })
    .execute()
  const write = { portalId, objectType: 'deal', objectId: dealId, changedAt: now, writtenAt: null } as const
  await trx
    .insertInto('statusWrites')
    .values({ ...write, value: JSON.stringify({ stagecue_sequence: mark }), reason: mark })
    .execute()
  await trx
    .insertInto('hubspotRequests')
    .values({
      ...{ portalId, id: randomUUID(), at: now, method: 'GET', path: `/${mark}`, status: 200, durationMs: 5 },
      ...{ request: mark, response: mark, error: mark },
    })
    .execute()
}
