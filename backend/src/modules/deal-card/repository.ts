import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { HeldFor } from '#db/tables.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import type { StepOutline } from '#shared/contract/sequence.ts'
import type {
  EnrollmentStatus,
  InstallationStatus,
  PauseReason,
  SequenceStatus,
  StepKind,
  StepRunStatus,
  StopReason,
} from '#shared/vocabulary.ts'

export async function findConnection(
  trx: Trx,
  portalId: number,
): Promise<{ status: InstallationStatus; statusReason: string | null; timeZone: string | null } | undefined> {
  return trx
    .selectFrom('installations')
    .where('portalId', '=', portalId)
    .select(['status', 'statusReason', 'timeZone'])
    .executeTakeFirst()
}

export interface DealRecord {
  name: string | null
  ownerId: string | null
  pipelineId: string | null
  stageId: string | null
  readAt: Temporal.Instant
}

export async function findDeal(trx: Trx, portalId: number, dealId: string): Promise<DealRecord | undefined> {
  return trx
    .selectFrom('deals')
    .where('portalId', '=', portalId)
    .where('dealId', '=', dealId)
    .select(['name', 'ownerId', 'pipelineId', 'stageId', 'readAt'])
    .executeTakeFirst()
}

export interface ContactRecord {
  contactId: string
  /** False for one who is enrolled through the deal but no longer on it. */
  onDeal: boolean
  /** False when HubSpot has not told us about the contact yet. */
  known: boolean
  firstName: string | null
  lastName: string | null
  email: string | null
  optedOut: boolean
  deleted: boolean
}

/** The deal's contacts and those enrolled through it. */
export async function listContacts(trx: Trx, portalId: number, dealId: string): Promise<ContactRecord[]> {
  const { rows } = await sql<ContactRecord>`
    with wanted as (
      select contact_id, true as on_deal from deal_contacts where portal_id = ${portalId} and deal_id = ${dealId}
      union all
      select c.contact_id, false from enrollments e
      join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
      where e.portal_id = ${portalId} and e.deal_id = ${dealId}
    ), people as (
      select contact_id, bool_or(on_deal) as on_deal from wanted group by contact_id
    )
    select p.contact_id, p.on_deal, c.id is not null as known, c.first_name, c.last_name, c.email,
      coalesce(c.opted_out, false) as opted_out, coalesce(c.deleted, false) as deleted
    from people p left join contacts c on c.portal_id = ${portalId} and c.contact_id = p.contact_id
    order by p.on_deal desc, lower(coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.email)), p.contact_id
  `.execute(trx)
  return rows
}

export interface EnrollmentRecord {
  id: string
  /** HubSpot's. */
  contactId: string
  sequenceId: string
  sequenceName: string
  sequenceStatus: SequenceStatus
  version: number
  status: EnrollmentStatus
  stopReason: StopReason | null
  stepPosition: number
  stepCount: number
  pausedRemaining: number | null
  pauseReason: PauseReason | null
  pausedUntil: Temporal.Instant | null
  source: 'stage' | 'manual'
  enrolledAt: Temporal.Instant
  contactTimeZone: string | null
  ownerTimeZone: string | null
  portalTimeZone: string | null
  closeDate: string | null
  /** Our id of the sender of its last mail that went out, or may have; null before the first, and of one that names none. */
  lastSenderId: string | null
  /** Whether a mail went out, or may have. */
  hasWritten: boolean
  /** Ids of the steps it is through with. */
  stepsBehind: string[]
  /** What ended it before its last step, as a sentence. */
  completedWhy: string | null
}

/** Newest first. */
export async function listEnrollments(trx: Trx, portalId: number, dealId: string): Promise<EnrollmentRecord[]> {
  return trx
    .selectFrom('enrollments as e')
    .innerJoin('contacts as c', (join) => join.onRef('c.portalId', '=', 'e.portalId').onRef('c.id', '=', 'e.contactId'))
    .innerJoin('sequences as s', (join) =>
      join.onRef('s.portalId', '=', 'e.portalId').onRef('s.id', '=', 'e.sequenceId'),
    )
    .innerJoin('installations as i', 'i.portalId', 'e.portalId')
    .leftJoin('deals as d', (join) => join.onRef('d.portalId', '=', 'e.portalId').onRef('d.dealId', '=', 'e.dealId'))
    .leftJoin('owners as w', (join) =>
      join.onRef('w.portalId', '=', 'd.portalId').onRef('w.ownerId', '=', 'd.ownerId').on('w.archived', '=', false),
    )
    .where('e.portalId', '=', portalId)
    .where('e.dealId', '=', dealId)
    .select([
      'e.id',
      'c.contactId',
      'e.sequenceId',
      's.name as sequenceName',
      's.status as sequenceStatus',
      'e.version',
    ])
    .select(['e.status', 'e.stopReason', 'e.stepPosition', 'e.stepCount', 'e.pausedRemaining', 'e.source'])
    .select(['e.enrolledAt', 'd.closeDate'])
    .select(['c.timeZone as contactTimeZone', 'w.timeZone as ownerTimeZone', 'i.timeZone as portalTimeZone'])
    .select((eb) => {
      const sent = eb
        .selectFrom('deliveries as l')
        .whereRef('l.portalId', '=', 'e.portalId')
        .whereRef('l.enrollmentId', '=', 'e.id')
        .where('l.status', 'in', ['accepted', 'unconfirmed'])
      const last = sent.orderBy('l.createdAt', 'desc').orderBy('l.id', 'desc').limit(1)
      return [
        last.select('l.senderId').as('lastSenderId'),
        eb.exists(sent.select('l.id')).$castTo<boolean>().as('hasWritten'),
      ]
    })
    .select(['e.pauseReason', 'e.pausedUntil', 'e.completedWhy'])
    .select(
      sql<string[]>`array(
        select r.step_id from step_runs r where r.portal_id = e.portal_id and r.enrollment_id = e.id
          and r.status in ('sent', 'done', 'skipped', 'unconfirmed')
      )`.as('stepsBehind'),
    )
    .orderBy('e.enrolledAt', 'desc')
    .orderBy('e.id', 'desc')
    .execute()
}

export interface RunRecord {
  id: string
  enrollmentId: string
  stepId: string
  /** 1 for the sequence's own run; later ones are a mail sent once more, which moves nothing on. */
  epoch: number
  position: number
  kind: StepKind
  status: StepRunStatus
  dueAt: Temporal.Instant
  why: string
  /** The subject of its mail, once there is one. */
  sentSubject: string | null
  /** A person had this mail sent once more. */
  sentAgain: boolean
  heldFor: HeldFor | null
  /** A person has read its mail and let it go. */
  approved: boolean
}

/** Of each enrollment of the deal that was not stopped: the runs that are open or need a person, later steps first. */
export async function listOpenRuns(trx: Trx, portalId: number, dealId: string): Promise<RunRecord[]> {
  return trx
    .selectFrom('stepRuns as r')
    .innerJoin('enrollments as e', (join) =>
      join.onRef('e.portalId', '=', 'r.portalId').onRef('e.id', '=', 'r.enrollmentId'),
    )
    .where('r.portalId', '=', portalId)
    .where('e.dealId', '=', dealId)
    .where('e.status', '<>', 'stopped')
    .where('r.status', 'in', ['scheduled', 'sending', 'held', 'failed', 'unconfirmed'])
    .select(['r.id', 'r.enrollmentId', 'r.stepId', 'r.epoch', 'r.position', 'r.kind', 'r.status', 'r.dueAt', 'r.why'])
    .select('r.heldFor')
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('mailApprovals as a')
            .whereRef('a.portalId', '=', 'r.portalId')
            .whereRef('a.stepRunId', '=', 'r.id')
            .select('a.stepRunId'),
        )
        .$castTo<boolean>()
        .as('approved'),
    )
    .select((eb) =>
      eb
        .selectFrom('deliveries as d')
        .whereRef('d.portalId', '=', 'r.portalId')
        .whereRef('d.stepRunId', '=', 'r.id')
        .whereRef('d.epoch', '=', 'r.epoch')
        .select('d.subject')
        .as('sentSubject'),
    )
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('stepRuns as l')
            .whereRef('l.portalId', '=', 'r.portalId')
            .whereRef('l.enrollmentId', '=', 'r.enrollmentId')
            .whereRef('l.stepId', '=', 'r.stepId')
            .whereRef('l.epoch', '>', 'r.epoch')
            .select('l.id'),
        )
        .$castTo<boolean>()
        .as('sentAgain'),
    )
    .orderBy('r.position', 'desc')
    .orderBy('r.epoch', 'desc')
    .execute()
}

export async function findDealOfRun(trx: Trx, portalId: number, stepRunId: string): Promise<string | undefined> {
  const row = await trx
    .selectFrom('stepRuns as r')
    .innerJoin('enrollments as e', (join) =>
      join.onRef('e.portalId', '=', 'r.portalId').onRef('e.id', '=', 'r.enrollmentId'),
    )
    .where('r.portalId', '=', portalId)
    .where('r.id', '=', stepRunId)
    .select('e.dealId')
    .executeTakeFirst()
  return row?.dealId
}

export interface Outline {
  steps: StepOutline[]
  calendar: ScheduleCalendar | null
}

/** The versions the deal's enrollments run, by `sequenceId/version`, without the texts: those may be large. */
export async function listOutlines(trx: Trx, portalId: number, dealId: string): Promise<Map<string, Outline>> {
  const { rows } = await sql<Outline & { sequenceId: string; version: number }>`
    select v.sequence_id, v.version, v.definition -> 'calendar' as calendar,
      (select jsonb_agg(step - 'body' - 'variants' order by place) from jsonb_array_elements(v.definition -> 'steps') with ordinality as s (step, place)) as steps
    from sequence_versions v
    where v.portal_id = ${portalId} and exists (
      select from enrollments e where e.portal_id = v.portal_id and e.sequence_id = v.sequence_id and e.version = v.version
        and e.deal_id = ${dealId}
    )
  `.execute(trx)
  return new Map(rows.map((row) => [`${row.sequenceId}/${row.version}`, row]))
}

/** The sequences a rep may start now, by name. */
export async function listStartable(
  trx: Trx,
  portalId: number,
): Promise<{ id: string; name: string; steps: number }[]> {
  const { rows } = await sql<{ id: string; name: string; steps: number }>`
    select s.id, s.name, jsonb_array_length(v.definition -> 'steps') as steps
    from sequences s
    join sequence_versions v on v.portal_id = s.portal_id and v.sequence_id = s.id and v.version = s.version
    where s.portal_id = ${portalId} and s.status = 'active' order by lower(s.name), s.id
  `.execute(trx)
  return rows
}
