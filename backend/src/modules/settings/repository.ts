import { sql } from 'kysely'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'

/** What a health check looks at, read in one statement. */
export interface HealthFacts {
  lastEventAt: Temporal.Instant | null
  hasStageChange: boolean
  eventsLastDay: number
  pendingEvents: number
  oldestPendingAt: Temporal.Instant | null
  failedEvents: number
  /** Stage changes of the last two weeks that enrolled nobody because they were heard of too late, and that nobody has run again. */
  tooOldEntries: number
  duePastSteps: number
  oldestDueAt: Temporal.Instant | null
  deferredMails: number
  unconfirmedMails: number
  heldSteps: number
  /** Steps that failed by an error of their own until they were given up or put off for hours, and the first of them in words. */
  faultySteps: number
  faultyExamples: string[]
  hubspotCallsLastDay: number
  hubspotErrorsLastDay: number
  failedTimelineEntries: number
  pendingTimelineEntries: number
  oldestTimelineEntryAt: Temporal.Instant | null
  workingMappings: number
  deadMappings: number
  pipelinesRefreshedAt: Temporal.Instant | null
  postalAddress: string | null
  /** Addresses whose own mail server could not be used last, those whose mailbox could not be read, and domains whose DNS lacks what receivers ask for. */
  brokenSenders: string[]
  unreadSenders: string[]
  /** Whose mailboxes hold a mail that was given up within a week. */
  passedOverSenders: string[]
  badDomains: string[]
}

/**
 * An unconfirmed mail counts for a week, until it is sent once more: after that nobody will decide about it. Counts of the last day are by when things happened in HubSpot, which is what the primary key of
 * events can answer.
 */
export async function readHealth(
  trx: Trx,
  portalId: number,
  now: Temporal.Instant,
  maxFaults: number,
): Promise<HealthFacts> {
  const { rows } = await healthQuery(portalId, now, maxFaults).execute(trx)
  const [facts] = rows
  if (!facts) throw new AppError('internal', 'The database did not answer the health check.')
  return facts
}

/** The statement, for `readHealth` and for a look at its plan. */
export function healthQuery(portalId: number, now: Temporal.Instant, maxFaults: number) {
  const dayAgo = now.subtract({ hours: 24 })
  return sql<HealthFacts>`
    with pending as (
      select count(*) as count, min(received_at) as oldest from events where portal_id = ${portalId} and status = 'pending'
    ), due as (
      select count(*) as count, min(r.due_at) as oldest
      from step_runs r
      join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id and e.status = 'active'
      join sequences s on s.portal_id = e.portal_id and s.id = e.sequence_id and s.status in ('active', 'finishing')
      where r.portal_id = ${portalId} and r.status = 'scheduled' and r.due_at <= ${now}
    ), deferred as (
      select count(*) as count
      from step_runs r join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id and e.status <> 'stopped'
      where r.portal_id = ${portalId} and r.status = 'scheduled' and r.kind = 'email' and r.attempts > 0
    ), runs as (
      select count(*) filter (where r.status = 'unconfirmed' and r.settled_at > ${now.subtract({ hours: 24 * 7 })} and not exists (
          select from step_runs l where l.portal_id = r.portal_id and l.enrollment_id = r.enrollment_id
            and l.step_id = r.step_id and l.epoch > r.epoch)) as unconfirmed,
        count(*) filter (where r.status = 'held' and coalesce(r.held_for, '') not in ('task', 'fault') and e.status <> 'completed') as held
      from step_runs r join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id and e.status <> 'stopped'
      where r.portal_id = ${portalId} and r.status in ('unconfirmed', 'held')
    ), faulty as (
      select r.id, concat(coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.email, 'Contact ' || c.contact_id),
          ' (step ', r.position + 1, ' of “', s.name, '”, deal ', coalesce('“' || d.name || '”', e.deal_id), ', error ',
          coalesce(substring(r.why from '\\(error ([^,)]+)'), 'unknown'), ')') as words, r.due_at
      from step_runs r
      join enrollments e on e.portal_id = r.portal_id and e.id = r.enrollment_id
      join sequences s on s.portal_id = e.portal_id and s.id = e.sequence_id
      join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
      left join deals d on d.portal_id = e.portal_id and d.deal_id = e.deal_id
      -- Those that the button beside them tries again: see faulty-steps/repository.ts.
      where r.portal_id = ${portalId}
        and ((r.status = 'held' and r.held_for = 'fault' and (e.status = 'active' or (e.status = 'completed' and r.epoch > 1)))
          or (r.status = 'sending' and r.faults >= ${maxFaults}))
    ), calls as (
      select (select count(*) from hubspot_requests where portal_id = ${portalId} and at > ${dayAgo}) as count,
        (select count(*) from hubspot_requests
          where portal_id = ${portalId} and at > ${dayAgo} and (error is not null or status >= 400)) as errors
    ), timeline as (
      select count(*) as count, min(occurred_at) as oldest from timeline_entries where portal_id = ${portalId} and status = 'pending'
    ), rules as (
      -- A mapping works when anything it may lead to, its own sequence or a branch's, takes somebody new.
      select count(*) filter (where w.works) as working, count(*) filter (where not w.works) as dead
      from mappings m
      left join stages t on t.portal_id = m.portal_id and t.pipeline_id = m.pipeline_id and t.stage_id = m.stage_id
      cross join lateral (
        select t.archived is false and exists (
          select from sequences s where s.portal_id = m.portal_id and s.status = 'active' and (
            (s.id = m.sequence_id and m.policy ->> 'otherwise' = 'mapped_sequence')
            or s.id::text in (select b ->> 'sequenceId' from jsonb_array_elements(m.policy -> 'branches') as e (b))
          )
        ) as works
      ) w
      where m.portal_id = ${portalId} and m.active
    )
    select
      (select received_at from events where portal_id = ${portalId} order by id desc limit 1) as last_event_at,
      -- Mostly it is among the latest; all are looked through only where it is not, as in an account that has none.
      exists (select from (select subscription_type from events where portal_id = ${portalId} order by id desc limit 1000) latest
          where subscription_type like '%.propertyChange')
        or exists (select from events where portal_id = ${portalId} and subscription_type like '%.propertyChange') as has_stage_change,
      (select count(*) from events where portal_id = ${portalId} and occurred_at > ${dayAgo}) as events_last_day,
      (select count(*) from events where portal_id = ${portalId} and status = 'dead') as failed_events,
      (select count(*) from stage_entries
        where portal_id = ${portalId} and too_old and created_at > ${now.subtract({ hours: 24 * 14 })}) as too_old_entries,
      pending.count as pending_events, pending.oldest as oldest_pending_at,
      due.count as due_past_steps, due.oldest as oldest_due_at,
      deferred.count as deferred_mails, runs.unconfirmed as unconfirmed_mails, runs.held as held_steps,
      (select count(*) from faulty) as faulty_steps,
      array(select words from faulty order by due_at, id limit 3) as faulty_examples,
      calls.count as hubspot_calls_last_day, calls.errors as hubspot_errors_last_day,
      (select count(*) from timeline_entries
        where portal_id = ${portalId} and status = 'failed' and occurred_at > ${dayAgo}) as failed_timeline_entries,
      timeline.count as pending_timeline_entries, timeline.oldest as oldest_timeline_entry_at,
      rules.working as working_mappings, rules.dead as dead_mappings,
      i.pipelines_refreshed_at, i.postal_address,
      array(select address from senders where portal_id = ${portalId} and active and problem is not null order by 1) as broken_senders,
      array(select address from senders where portal_id = ${portalId} and active and imap_problem is not null order by 1) as unread_senders,
      array(select address from senders where portal_id = ${portalId} and imap_passed_over_at > ${now.subtract({ hours: 24 * 7 })} order by 1) as passed_over_senders,
      array(select domain from sending_domains where portal_id = ${portalId} and checked_at is not null and not passed order by 1)
        as bad_domains
    from pending, due, deferred, runs, calls, timeline, rules
    left join installations i on i.portal_id = ${portalId}
  `
}
