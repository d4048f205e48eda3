import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Database, Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { enrollContact } from '#modules/enrollments/enroll-contact.ts'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import { createSequence } from '#modules/sequences/create-sequence.ts'
import { getPublishedSequence } from '#modules/sequences/get-published-sequence.ts'
import type { TemplateTools } from '#modules/sequences/template-tools.ts'
import type { Sequence, SequenceDefinition } from '#shared/contract/sequence.ts'

let lastKey = 0

/** A key nobody used before. */
export const newKey = () => `test-key-${++lastKey}`

/** A signed-in person of a portal; by default the one who connected it. */
export function person(portalId: number, email = 'admin@example.com', userId = '7'): PortalContext {
  return { portalId, actor: { kind: 'user', userId, email }, requestId: 'test' }
}

/** Templates by the simplest rule there is: `{{ wrong }}` is no merge field. */
export const tools: TemplateTools = {
  check(mail) {
    for (const [field, text] of Object.entries(mail)) {
      if (text.includes('{{ wrong }}')) throw new AppError('template_invalid', `The ${field} uses “wrong”.`, { field })
    }
  },
  preview: (mail) => ({ subject: mail.subject, text: mail.body, problems: [] }),
  fields: [{ name: 'contact.firstname', example: 'Ada' }],
}

/** Mail, two days, mail. */
export const twoMails: SequenceDefinition = {
  stopWhenStageLeft: true,
  steps: [
    { id: 'one', kind: 'email', subject: 'Looking forward', body: 'Hello' },
    { id: 'pause', kind: 'wait', amount: 2, unit: 'days' },
    { id: 'two', kind: 'email', subject: 'Checking in', body: 'Hello again' },
  ],
}

export async function hasSequence(
  deps: Deps,
  portal: PortalContext,
  given: { name?: string; definition?: SequenceDefinition; published?: boolean } = {},
): Promise<Sequence> {
  const { name = 'Demo follow-up', definition = twoMails, published = true } = given
  const created = await createSequence(deps, portal, { name, definition, idempotencyKey: newKey() }, tools)
  if (!published) return created
  return changeSequenceStatus(deps, portal, created.id, { action: 'publish', idempotencyKey: newKey() }, tools)
}

/** One pipeline with the stages `booked` and `won`, as a refresh would have stored it. */
export async function hasPipeline(db: Database, portalId: number, pipelineId = 'sales'): Promise<void> {
  await inPortal(db, portalId, async (trx) => {
    await trx.insertInto('pipelines').values({ portalId, pipelineId, label: 'Sales', displayOrder: 0 }).execute()
    await trx
      .insertInto('stages')
      .values([
        { portalId, pipelineId, stageId: 'booked', label: 'Demo scheduled', displayOrder: 0, isClosed: false },
        { portalId, pipelineId, stageId: 'won', label: 'Won', displayOrder: 1, isClosed: true },
      ])
      .execute()
  })
}

/** A deal in stage `booked` with one contact who can be mailed. */
export async function hasDeal(deps: Deps, portalId: number, dealId = '124', contactId = '51'): Promise<{ id: string }> {
  const id = deps.ids()
  await inPortal(deps.db, portalId, async (trx) => {
    const readAt = deps.clock()
    const stage = { pipelineId: 'sales', stageId: 'booked', stageEnteredAt: readAt }
    const unknown = { amount: null, closeDate: null, ownerId: null }
    await trx
      .insertInto('deals')
      .values({ portalId, dealId, name: 'Big deal', ...stage, ...unknown, readAt })
      .execute()
    await trx
      .insertInto('contacts')
      .values({
        portalId,
        id,
        contactId,
        email: `ada${contactId}@example.com`,
        firstName: 'Ada',
        lastName: 'Lovelace',
        phone: null,
        company: null,
        readAt,
      })
      .execute()
    await trx.insertInto('dealContacts').values({ portalId, dealId, contactId, seenAt: readAt }).execute()
  })
  return { id }
}

/** Enrolls the contact by hand through the deal. */
export async function hasEnrollment(
  deps: Deps,
  portal: PortalContext,
  sequenceId: string,
  contact: { id: string; contactId?: string },
  dealId = '124',
): Promise<string> {
  return inPortal(deps.db, portal.portalId, async (trx) => {
    const sequence = await getPublishedSequence(trx, portal.portalId, sequenceId)
    if (!sequence) throw new Error('the sequence is not published')
    const input = { sequence, dealId, contact: { id: contact.id, contactId: contact.contactId ?? '51' }, entry: null }
    const id = await enrollContact(deps, trx, portal, input)
    if (!id) throw new Error('the contact is enrolled already')
    return id
  })
}

/** The kinds in the activity log, by name: lines of the same millisecond have no order. */
export function activityKinds(db: Database, portalId: number): Promise<string[]> {
  return inPortal(db, portalId, async (trx) => (await activities(trx, portalId)).map((activity) => activity.kind))
}

function activities(trx: Trx, portalId: number) {
  return trx.selectFrom('activities').where('portalId', '=', portalId).select(['kind']).orderBy('kind').execute()
}
