import { sql } from 'kysely'
import type { Trx } from '#db/database.ts'
import type { ScheduleCalendar } from '#shared/contract/schedule.ts'
import type { Step, Tracking } from '#shared/contract/sequence.ts'
import type {
  DeliveryStatus,
  EnrollmentStatus,
  InstallationStatus,
  OnOwnerChange,
  OnReply,
  PauseReason,
  SequenceStatus,
} from '#shared/vocabulary.ts'
import { mailedElsewhere } from './mailed-elsewhere-repository.ts'
import { SENDING_STOP } from './stop-repository.ts'

/** How HubSpot stood when an enrollment began. */
export interface StartState {
  readonly enrolledAt: Temporal.Instant
  /** False for those that began before the rest was kept; only `startStageId` is known of them. */
  readonly startKept: boolean
  readonly startStageId: string | null
  readonly startOwnerId: string | null
  readonly startBookedAt: Temporal.Instant | null
  readonly startMeetingAt: Temporal.Instant | null
  /** When a person resumed it last; null: never. */
  readonly resumedAt: Temporal.Instant | null
}

/** What the version says about changes in HubSpot; null: what goes without saying. */
export interface StopRules {
  readonly onReply: OnReply | null
  readonly onOwnerChange: OnOwnerChange | null
  readonly stopOnMeeting: boolean | null
  readonly stopWhenClosed: boolean | null
}

/** What is kept of talks, of the deal's contacts and of this one; see `Talks`. */
export interface KeptTalks {
  readonly dealRepliedAt: Temporal.Instant | null
  readonly dealBookedAt: Temporal.Instant | null
  readonly dealMeetingAt: Temporal.Instant | null
  readonly contactRepliedAt: Temporal.Instant | null
  readonly contactBookedAt: Temporal.Instant | null
  readonly contactMeetingAt: Temporal.Instant | null
}

/** Everything that decides over one claimed run and fills its mail. */
export interface RunState extends StartState, KeptTalks {
  readonly runId: string
  /** What its last planning said. */
  readonly why: string
  readonly enrollmentStatus: EnrollmentStatus
  readonly pauseReason: PauseReason | null
  readonly sequenceId: string
  readonly sequenceName: string
  readonly sequenceStatus: SequenceStatus
  /** Why sending is stopped; null when it is not. */
  readonly sendingStop: string | null
  /** When the enrollment reached this step, or was last steered. */
  readonly reachedAt: Temporal.Instant
  readonly enrolledAt: Temporal.Instant
  /** When a wait for a reply, or for a meeting, last ended by it: what came until then was answered by the sequence. Null: never. */
  readonly replyTakenAt: Temporal.Instant | null
  readonly meetingTakenAt: Temporal.Instant | null
  /** Until when something deliberate made it wait, a limit or a pause for example; null when nothing did. */
  readonly waitedUntil: Temporal.Instant | null
  readonly dealId: string
  /** The stage whose leaving stops it; null when nothing does. */
  readonly pipelineId: string | null
  readonly stageId: string | null
  readonly step: Step | null
  /** A person's yes to this run's mail: `digest` in hex of what they read, and their own words where they gave some. */
  readonly approval: {
    readonly digest: string
    readonly subject: string | null
    readonly body: string | null
  } | null
  readonly rules: StopRules
  /** When the version may send; null: at any time. */
  readonly calendar: ScheduleCalendar | null
  /** What the version's mails tell of their readers; null: nothing. */
  readonly tracking: Tracking | null
  /** Our id of the contact. */
  readonly personId: string
  readonly contact: {
    /** HubSpot's id. */
    readonly contactId: string
    readonly email: string | null
    readonly firstName: string | null
    readonly lastName: string | null
    readonly phone: string | null
    readonly company: string | null
    readonly timeZone: string | null
    readonly optedOut: boolean
    readonly deleted: boolean
    /** It went into another record, which the enrollment did not follow. */
    readonly merged: boolean
  }
  readonly deal: {
    readonly name: string | null
    readonly amount: string | null
    readonly pipelineId: string | null
    readonly stageId: string | null
    /** HubSpot's owner id. */
    readonly ownerId: string | null
    readonly isClosed: boolean
    readonly deleted: boolean
    /** See `contact.merged`. */
    readonly merged: boolean
  } | null
  /** Of the deal's owner; null where it is not known. */
  readonly ownerTimeZone: string | null
  /** When HubSpot last said where the deal is, who is on it, and what the contact is; null: never. */
  readonly dealReadAt: Temporal.Instant | null
  readonly contactsReadAt: Temporal.Instant | null
  readonly contactReadAt: Temporal.Instant
  /** The contact is associated with the deal, as far as we know. */
  readonly onDeal: boolean
  /** The mail of an earlier try. */
  readonly delivery: {
    readonly status: DeliveryStatus
    readonly messageId: string
    readonly recipient: string | null
    /** Its bytes are used again. Those from before a pause are not: they may be weeks old. */
    readonly frozen: boolean
    readonly senderId: string
  } | null
  /** Our id of the sender of the enrollment's last mail that went out, or may have; null before the first. */
  readonly lastSenderId: string | null
  /** The mail went, or is just going, to the kept address through another contact of the deal. */
  readonly mailedElsewhere: boolean
}

/**
 * The version that enrollment `e` had when its run `t` was settled: a move to another one may have taken the step away, or given
 * it another event.
 */
const VERSION_THEN = sql`coalesce((
  select o.from_version from version_move_outcomes o
  where o.portal_id = e.portal_id and o.enrollment_id = e.id and o.reason is null and o.at >= t.settled_at
  order by o.at limit 1), e.version)`

/** Of enrollment `e`: when a wait for this event last ended by it. */
function takenAt(event: 'reply' | 'meeting') {
  return sql<Temporal.Instant | null>`(
    select max(t.settled_at) from step_runs t
    where t.portal_id = e.portal_id and t.enrollment_id = e.id and t.kind = 'wait_for' and t.took = 'event'
      and exists (
        select from sequence_versions w, jsonb_array_elements(w.definition -> 'steps') as step
        where w.portal_id = e.portal_id and w.sequence_id = e.sequence_id and w.version = ${VERSION_THEN}
          and step ->> 'id' = t.step_id and step ->> 'event' = ${event})
  )`
}

/** Reads the state of runs in one statement; a run without its enrollment or contact cannot exist (foreign keys). */
export async function selectRunStates(trx: Trx, portalId: number, runIds: readonly string[]): Promise<RunState[]> {
  const { rows } = await sql<RunState>`
    select r.id as run_id, r.why, e.status as enrollment_status, e.pause_reason, s.id as sequence_id, s.name as sequence_name, s.status as sequence_status,
      ${SENDING_STOP} as sending_stop,
      e.updated_at as reached_at, r.waited_until,
      ${takenAt('reply')} as reply_taken_at, ${takenAt('meeting')} as meeting_taken_at, e.contact_id as person_id, e.deal_id, e.pipeline_id, e.stage_id,
      e.enrolled_at, e.start_kept, e.start_stage_id, e.start_owner_id, e.start_booked_at, e.start_meeting_at, e.resumed_at,
      v.definition -> 'steps' -> r.position as step, v.definition -> 'calendar' as calendar,
      v.definition -> 'tracking' as tracking,
      json_build_object('onReply', v.definition -> 'onReply', 'onOwnerChange', v.definition -> 'onOwnerChange',
        'stopOnMeeting', v.definition -> 'stopOnMeeting', 'stopWhenClosed', v.definition -> 'stopWhenClosed') as rules,
      case when a.digest is null then null else json_build_object('digest', encode(a.digest, 'hex'),
        'subject', a.subject, 'body', a.body) end as approval,
      json_build_object('contactId', c.contact_id, 'email', c.email, 'firstName', c.first_name, 'lastName', c.last_name, 'phone', c.phone,
        'company', c.company, 'timeZone', c.time_zone, 'optedOut', c.opted_out, 'deleted', c.deleted,
        'merged', c.merged_into is not null) as contact,
      case when d.deal_id is null then null else json_build_object('name', d.name, 'amount', d.amount,
        'pipelineId', d.pipeline_id, 'stageId', d.stage_id, 'ownerId', d.owner_id, 'isClosed', d.is_closed, 'deleted', d.deleted,
        'merged', d.merged_into is not null) end as deal,
      w.time_zone as owner_time_zone,
      d.replied_at as deal_replied_at, d.booked_at as deal_booked_at, d.meeting_at as deal_meeting_at,
      c.replied_at as contact_replied_at, c.booked_at as contact_booked_at, c.meeting_at as contact_meeting_at,
      d.read_at as deal_read_at, d.contacts_read_at, c.read_at as contact_read_at,
      exists (select from deal_contacts x where x.portal_id = e.portal_id and x.deal_id = e.deal_id and x.contact_id = c.contact_id) as on_deal,
      case when m.id is null then null else json_build_object('status', m.status, 'messageId', m.message_id,
        'recipient', m.recipient, 'frozen', m.mime is not null and m.created_at >= e.updated_at, 'senderId', coalesce(m.sender_id, o.id)) end as delivery,
      (select coalesce(l.sender_id, o.id) from deliveries l
        where l.portal_id = e.portal_id and l.enrollment_id = e.id and l.status in ('accepted', 'unconfirmed')
        order by l.created_at desc, l.id desc limit 1) as last_sender_id,
      r.kind = 'email' and ${mailedElsewhere(sql.ref('c.email'))} as mailed_elsewhere
    from step_runs r
    join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id
    join sequences s on s.portal_id = e.portal_id and s.id = e.sequence_id
    join sequence_versions v on v.portal_id = e.portal_id and v.sequence_id = e.sequence_id and v.version = e.version
    join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
    left join deals d on d.portal_id = e.portal_id and d.deal_id = e.deal_id
    left join owners w on w.portal_id = d.portal_id and w.owner_id = d.owner_id and not w.archived
    join senders o on o.portal_id = r.portal_id and o.address is null
    left join deliveries m on m.portal_id = r.portal_id and m.step_run_id = r.id and m.epoch = r.epoch
    left join mail_approvals a on a.portal_id = r.portal_id and a.step_run_id = r.id
    where r.portal_id = ${portalId} and r.id = any(${runIds}::uuid[])
  `.execute(trx)
  return rows
}

/** A wait until a date of the deal, with the ids HubSpot is asked by. */
export interface DealDateWait {
  readonly runId: string
  readonly dealId: string
  /** HubSpot's id. */
  readonly contactId: string
}

/** Those of these runs that wait for a date of the deal, of enrollments that go on. */
export async function selectDealDateWaits(
  trx: Trx,
  portalId: number,
  runIds: readonly string[],
): Promise<DealDateWait[]> {
  const { rows } = await sql<DealDateWait>`
    select r.id as run_id, e.deal_id, c.contact_id
    from step_runs r
    join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id and e.status = 'active'
    join sequence_versions v on v.portal_id = e.portal_id and v.sequence_id = e.sequence_id and v.version = e.version
    join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
    where r.portal_id = ${portalId} and r.id = any(${runIds}::uuid[])
      and v.definition -> 'steps' -> r.position ->> 'until' = 'deal_date'
  `.execute(trx)
  return rows
}

export interface PortalState {
  readonly status: InstallationStatus
  readonly accountName: string | null
  readonly timeZone: string | null
  readonly connectedByEmail: string | null
  readonly fromName: string | null
  readonly replyTo: string | null
  readonly postalAddress: string | null
  /** The permissions HubSpot granted. */
  readonly scopes: string[]
}

export async function selectPortalState(trx: Trx, portalId: number): Promise<PortalState | undefined> {
  return trx
    .selectFrom('installations')
    .where('portalId', '=', portalId)
    .select(['status', 'accountName', 'timeZone', 'connectedByEmail', 'fromName', 'replyTo', 'postalAddress'])
    .select('scopes')
    .executeTakeFirst()
}

/** Labels by `pipeline` and `pipeline/stage`. */
export async function selectLabels(trx: Trx, portalId: number): Promise<Map<string, string>> {
  const { rows } = await sql<{ key: string; label: string }>`
    select pipeline_id as key, label from pipelines where portal_id = ${portalId}
    union all
    select pipeline_id || '/' || stage_id, label from stages where portal_id = ${portalId}
  `.execute(trx)
  return new Map(rows.map((row) => [row.key, row.label]))
}

/** The stages that win or lose a deal, as `pipeline/stage`. */
export async function selectClosedStages(trx: Trx, portalId: number): Promise<Set<string>> {
  const rows = await trx
    .selectFrom('stages')
    .where('portalId', '=', portalId)
    .where('isClosed', '=', true)
    .select(['pipelineId', 'stageId'])
    .execute()
  return new Set(rows.map(({ pipelineId, stageId }) => `${pipelineId}/${stageId}`))
}
