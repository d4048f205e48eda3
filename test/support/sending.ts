import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { PortalContext } from '#core/context.ts'
import { type Ids, systemIds } from '#core/ids.ts'
import type { Database } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Mailer } from '#mail/mailer.ts'
import type { DkimKey } from '#mail/read-dkim-key.ts'
import { pairKey, type SendFacts } from '#modules/deals/send-facts.ts'
import { enrollContact, type NewEnrollment } from '#modules/enrollments/enroll-contact.ts'
import { steerEnrollment } from '#modules/enrollments/steer-enrollment.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import type { StepsDeps } from '#modules/steps/steps-deps.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import type { SequenceDefinition, Step, Tracking } from '#shared/contract/sequence.ts'
import type { OnReply } from '#shared/vocabulary.ts'
import { makeDeps, newPortal, type TestClock } from './deps.ts'
import { linkVault } from './link-vault.ts'
import { type ToldContact, type ToldDeal, toldFacts } from './told-facts.ts'

export const STAGE = { pipelineId: 'default', stageId: 'proposal' }

/** A portal with a sequence and enrolled contacts, a HubSpot whose deals stay where they were, and a real mailer. */
export interface Sending {
  readonly portalId: number
  readonly portal: PortalContext
  readonly sequenceId: string
  readonly sequence: NewEnrollment['sequence']
  readonly deps: StepsDeps
  /** What HubSpot answers about deals; absent: still in the stage. */
  readonly deals: Map<string, ToldDeal>
  /** What HubSpot answers about one contact of a deal, by the deal's id; absent: what is kept of it. */
  readonly changes: Map<string, { readonly onDeal?: boolean; readonly contact?: ToldContact | null }>
  /** Throw from here to make HubSpot unreachable. */
  readonly hubspot: { fails?: () => Error; asked: number }
  enroll(contact?: Partial<NewContact>): Promise<EnrolledContact>
  steer(contact: EnrolledContact, action: 'pause' | 'resume' | 'stop'): Promise<void>
  /** Passes until nothing is due any more, or `limit` passes. */
  drain(limit?: number): Promise<number>
  runs(enrollmentId?: string): Promise<StoredRun[]>
  deliveries(): Promise<StoredDelivery[]>
  activities(): Promise<string[]>
  enrollment(id: string): Promise<{ status: string; stopReason: string | null; stepPosition: number }>
  query<T>(text: string): Promise<T[]>
}

export interface NewContact {
  email: string | null
  firstName: string | null
  optedOut: boolean
  dealName: string | null
}

export interface EnrolledContact {
  readonly enrollmentId: string
  readonly contactId: string
  readonly dealId: string
  readonly email: string
}

export interface StoredRun {
  id: string
  enrollmentId: string
  status: string
  why: string
  epoch: number
  attempts: number
  claimNo: number
  position: number
  dueAt: Temporal.Instant
}

export interface StoredDelivery {
  stepRunId: string
  enrollmentId: string
  status: string
  messageId: string
  recipient: string
  claimNo: number
  response: string | null
}

export const email = (id: string, subject = 'Hello', body = 'Hi {{ contact.firstname }}'): Step => ({
  id,
  kind: 'email',
  subject,
  body,
})
export const wait = (id: string, amount: number, unit: 'minutes' | 'hours' | 'days' = 'days'): Step => ({
  id,
  kind: 'wait',
  amount,
  unit,
})

export interface SendingOptions {
  db: Database
  clock: TestClock
  mailer: Mailer
  steps?: Step[]
  stopWhenStageLeft?: boolean
  calendar?: ScheduleCalendar
  onReply?: OnReply
  tracking?: Tracking
  /** Given when the bytes of a mail matter, which name the enrollment and the sequence. */
  ids?: Ids
  dkimKeys?: readonly DkimKey[]
}

let next = 5000

export async function startSending(options: SendingOptions): Promise<Sending> {
  const { db, clock, ids: newId = systemIds, dkimKeys = [] } = options
  const portalId = await newPortal(db, clock)
  const portal: PortalContext = { portalId, actor: { kind: 'worker' }, requestId: 'test' }
  const definition: SequenceDefinition = {
    steps: options.steps ?? [email('one')],
    stopWhenStageLeft: options.stopWhenStageLeft ?? true,
    ...(options.calendar && { calendar: options.calendar }),
    ...(options.onReply ? { onReply: options.onReply } : {}),
    ...(options.tracking ? { tracking: options.tracking } : {}),
  }
  const sequence = { id: newId(), name: 'Proposal follow-up', version: 1, definition }
  await insertSequence(db, portalId, sequence, clock.read())
  return openSending({ ...options, ids: newId, dkimKeys }, { portalId, portal, sequence })
}

/** The same portal in another database, which holds what the first one held: a copy or a restored backup. */
export function reopenSending(sending: Sending, options: Pick<SendingOptions, 'db' | 'clock' | 'mailer'>): Sending {
  return openSending(options, sending)
}

/** A portal with its sequence that is in the database already. */
function openSending(
  { db, clock, mailer, ids: newId = systemIds, dkimKeys = [] }: Omit<SendingOptions, 'steps'>,
  { portalId, portal, sequence }: Pick<Sending, 'portalId' | 'portal' | 'sequence'>,
): Sending {
  const deals: Sending['deals'] = new Map()
  const changes: Sending['changes'] = new Map()
  const hubspot: Sending['hubspot'] = { asked: 0 }
  const query = <T>(text: string) => inPortal(db, portalId, async (trx) => (await sql.raw<T>(text).execute(trx)).rows)
  const base = makeDeps({ db, clock, mailer, vault: linkVault })
  const deps: StepsDeps = {
    ...base,
    ids: newId,
    settings: { ...base.settings, dkimKeys },
    readSendFacts: async (_deps, _portalId, pairs) => {
      hubspot.asked++
      if (hubspot.fails) throw hubspot.fails()
      const readAt = clock.read()
      const kept = await query<{ contactId: string; email: string | null; optedOut: boolean }>(
        `select contact_id, email, opted_out from contacts where portal_id = ${portalId}`,
      )
      const facts = pairs.map((pair): [string, SendFacts] => {
        const change = changes.get(pair.dealId) ?? {}
        const known = kept.find(({ contactId }) => contactId === pair.contactId) ?? null
        const contact = change.contact === undefined ? known : change.contact
        const deal = deals.get(pair.dealId) ?? { ...STAGE, deleted: false }
        return [pairKey(pair), toldFacts({ deal, onDeal: change.onDeal ?? true, contact, readAt })]
      })
      return new Map(facts)
    },
  }
  return {
    portalId,
    portal,
    sequenceId: sequence.id,
    sequence,
    deps,
    deals,
    changes,
    hubspot,
    query,
    enroll: async (given = {}) => {
      const number = ++next
      const contact = {
        email: `c${number}@example.com`,
        firstName: 'Ada',
        optedOut: false,
        dealName: 'Engines',
        ...given,
      }
      const ids = { contact: randomUUID(), hubspot: String(number), deal: String(900_000 + number) }
      const enrollmentId = await inPortal(db, portalId, async (trx) => {
        await trx
          .insertInto('contacts')
          .values({
            portalId,
            id: ids.contact,
            contactId: ids.hubspot,
            email: contact.email,
            firstName: contact.firstName,
            lastName: 'Lovelace',
            phone: null,
            company: null,
            optedOut: contact.optedOut,
            readAt: clock.read(),
          })
          .execute()
        await trx
          .insertInto('deals')
          .values({
            portalId,
            dealId: ids.deal,
            name: contact.dealName,
            ...STAGE,
            stageEnteredAt: null,
            amount: '12000',
            closeDate: null,
            ownerId: null,
            // Long ago, so that the stage is asked for before a mail.
            readAt: clock.read().subtract({ hours: 1 }),
          })
          .execute()
        return enrollContact(deps, trx, portal, {
          sequence,
          dealId: ids.deal,
          contact: { id: ids.contact, contactId: ids.hubspot },
          entry: { id: await insertEntry(trx, portalId, ids.deal, clock.read()), ...STAGE },
        })
      })
      if (!enrollmentId) throw new Error('the contact was not enrolled')
      return { enrollmentId, contactId: ids.contact, dealId: ids.deal, email: contact.email ?? '' }
    },
    steer: async (contact, action) => {
      await steerEnrollment(deps, portal, contact.enrollmentId, { action, idempotencyKey: randomUUID() })
    },
    drain: async (limit = 50) => {
      let handled = 0
      for (let pass = 0; pass < limit; pass++) {
        const result = await sendDueSteps(deps, portalId - 1, deps.readSendFacts)
        if (result?.portalId !== portalId || result.handled === 0) return handled
        handled += result.handled
      }
      return handled
    },
    runs: (enrollmentId) =>
      query(`select * from step_runs where portal_id = ${portalId} ${enrollmentId ? `and enrollment_id = '${enrollmentId}'` : ''}
        order by position, epoch`),
    deliveries: () => query(`select * from deliveries where portal_id = ${portalId} order by created_at`),
    activities: async () =>
      (await query<{ kind: string }>(`select kind from activities where portal_id = ${portalId} order by at, id`)).map(
        (row) => row.kind,
      ),
    enrollment: async (id) => {
      const [row] = await query<{ status: string; stopReason: string | null; stepPosition: number }>(
        `select status, stop_reason, step_position from enrollments where portal_id = ${portalId} and id = '${id}'`,
      )
      if (!row) throw new Error('no such enrollment')
      return row
    },
  }
}

async function insertSequence(
  db: Database,
  portalId: number,
  sequence: { id: string; name: string; definition: SequenceDefinition },
  now: Temporal.Instant,
): Promise<void> {
  const definition = JSON.stringify(sequence.definition)
  await inPortal(db, portalId, async (trx) => {
    await trx
      .insertInto('sequences')
      .values({
        portalId,
        id: sequence.id,
        name: sequence.name,
        status: 'active',
        version: 1,
        draft: definition,
        createdAt: now,
        updatedAt: now,
      })
      .execute()
    await trx
      .insertInto('sequenceVersions')
      .values({ portalId, sequenceId: sequence.id, version: 1, definition, publishedAt: now, publishedBy: null })
      .execute()
  })
}

type Trx = Parameters<Parameters<typeof inPortal>[2]>[0]

async function insertEntry(trx: Trx, portalId: number, dealId: string, now: Temporal.Instant): Promise<string> {
  const id = randomUUID()
  await trx
    .insertInto('stageEntries')
    .values({ portalId, id, dealId, ...STAGE, enteredAt: now, eventId: null, status: 'decided', createdAt: now })
    .execute()
  return id
}
