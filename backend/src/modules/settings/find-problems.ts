import type { Connection, HealthFinding } from '#shared/contract/installation.ts'
import type { HealthFacts } from './repository.ts'

type Rule = (facts: HealthFacts, connection: Connection, now: Temporal.Instant) => HealthFinding | false

/**
 * One rule per cause, so that each has its own sentence with what to do. The first three are the classic reasons why no
 * event arrives; as long as none ever came, nobody can tell them apart from here, so all three are named.
 */
const RULES: readonly Rule[] = [
  (_facts, { status, reason }) =>
    status !== 'connected' &&
    danger(
      'connection_inactive',
      reason ?? 'The connection to HubSpot stopped working. Reconnect: nothing is sent until then.',
    ),
  (_facts, { missingScopes }) =>
    missingScopes.length > 0 &&
    danger(
      'missing_scopes',
      `HubSpot did not grant ${missingScopes.join(', ')}. Reconnect and accept all permissions.`,
    ),
  ({ lastEventAt }) =>
    lastEventAt === null &&
    warning(
      'no_events_unreachable',
      'No event has arrived from HubSpot yet. Move a deal to another stage. If nothing shows here within a minute, check that the webhook URL can be reached from the internet and that no firewall blocks HubSpot.',
    ),
  ({ lastEventAt }) =>
    lastEventAt === null &&
    warning(
      'no_events_subscription_off',
      'If the URL can be reached, check in the HubSpot project that the webhook subscriptions are active: one that is switched off sends nothing.',
    ),
  ({ lastEventAt, hasStageChange }) =>
    !hasStageChange &&
    warning(
      'no_events_wrong_type',
      `${lastEventAt === null ? 'Also check' : 'Events arrive, but no change of a deal’s stage. Check'} that the subscription is object.propertyChange of deals for the property dealstage: other event types enroll nobody.`,
    ),
  ({ failedEvents }) =>
    failedEvents > 0 &&
    danger(
      'events_failing',
      `${count(failedEvents, 'event', 'events')} could not be processed. Open the events, read the reason, then run them again or delete them.`,
    ),
  ({ tooOldEntries }) =>
    tooOldEntries > 0 &&
    warning(
      'entries_too_old',
      `Stagecue heard of ${count(tooOldEntries, 'stage change', 'stage changes')} more than a day late, so ${tooOldEntries === 1 ? 'it' : 'they'} enrolled nobody. Open the events: Re-run enrolls whom the rules allow now.`,
    ),
  ({ oldestPendingAt }, { status }, now) =>
    status === 'connected' &&
    olderThan(oldestPendingAt, now, 10) &&
    warning(
      'events_waiting',
      'Events have waited for more than 10 minutes. HubSpot may be slow; if calls to HubSpot do not fail, ask the operator whether the worker runs.',
    ),
  ({ oldestDueAt }, { status }, now) =>
    status === 'connected' &&
    olderThan(oldestDueAt, now, 10) &&
    warning('steps_overdue', 'Steps are overdue by more than 10 minutes. Ask the operator whether the worker runs.'),
  ({ deferredMails }) =>
    deferredMails > 0 &&
    warning(
      'mail_deferred',
      `The mail server did not take ${count(deferredMails, 'e-mail', 'e-mails')} yet. They are tried again; if this lasts, ask the operator to check the mail server.`,
    ),
  ({ brokenSenders }) =>
    brokenSenders.length > 0 &&
    danger(
      'senders_broken',
      `The mail server of ${brokenSenders.join(', ')} could not be used. Mails of ${brokenSenders.length === 1 ? 'this sender' : 'these senders'} wait; the Mail tab has the server’s words.`,
    ),
  ({ unreadSenders }) =>
    unreadSenders.length > 0 &&
    danger(
      'mailboxes_unread',
      `The mailbox of ${unreadSenders.join(', ')}, or a mail in it, could not be read, so an answer there may stop no sequence. The Mail tab has the server’s words.`,
    ),
  ({ passedOverSenders }) =>
    passedOverSenders.length > 0 &&
    warning(
      'mails_passed_over',
      `A mail in the mailbox of ${passedOverSenders.join(', ')} was passed over: it could not be read or not be handled. Look there whether it is an answer; the Mail tab says when and why.`,
    ),
  ({ badDomains }) =>
    badDomains.length > 0 &&
    warning(
      'domains_not_ready',
      `Mails from ${badDomains.join(', ')} may be refused or taken for spam. The Mail tab says what its DNS lacks.`,
    ),
  ({ unconfirmedMails }) =>
    unconfirmedMails > 0 &&
    danger(
      'mails_unconfirmed',
      `Nobody can tell whether ${count(unconfirmedMails, 'e-mail was', 'e-mails were')} sent, because the mail server broke off. They are not sent again by themselves: decide on the deal’s card.`,
    ),
  ({ faultySteps, faultyExamples }) =>
    faultySteps > 0 &&
    danger(
      'steps_failing',
      `Stagecue failed on ${count(faultySteps, 'step', 'steps')}: ${faultyExamples.join('; ')}${faultySteps > faultyExamples.length ? '; and others' : ''}. Nothing else waits for ${faultySteps === 1 ? 'it' : 'them'}. Tell the operator the error; when it is mended, try again here or on the deal’s card, or skip there.`,
    ),
  ({ heldSteps }) =>
    heldSteps > 0 &&
    warning(
      'steps_held',
      `${count(heldSteps, 'step waits', 'steps wait')} for a decision. Open the deal’s card: it says why and offers to try again or skip. Late e-mails can be decided together, under “Late e-mails”.`,
    ),
  ({ pendingTimelineEntries, oldestTimelineEntryAt }, { status }, now) =>
    status === 'connected' &&
    oldestTimelineEntryAt !== null &&
    olderThan(oldestTimelineEntryAt, now, 30) &&
    warning(
      'timeline_waiting',
      `${count(pendingTimelineEntries, 'entry waits', 'entries wait')} for HubSpot’s timeline, the oldest for ${age(oldestTimelineEntryAt, now)}. HubSpot does not take them now; they are tried again at least every hour, and sending is not affected.`,
    ),
  ({ failedTimelineEntries }) =>
    failedTimelineEntries > 0 &&
    warning(
      'timeline_failing',
      `${count(failedTimelineEntries, 'entry', 'entries')} of the last day could not be shown on HubSpot’s timeline. Sending is not affected; check that the permission “timeline” is granted.`,
    ),
  ({ deadMappings }) =>
    deadMappings > 0 &&
    warning(
      'mappings_dead',
      `${count(deadMappings, 'mapping enrolls', 'mappings enroll')} nobody: the stage was deleted or the sequence is not active. Change or remove them.`,
    ),
  ({ workingMappings, deadMappings }) =>
    workingMappings + deadMappings === 0 &&
    warning('no_mapping', 'No stage starts a sequence yet. Publish a sequence and map a stage to it.'),
  ({ pipelinesRefreshedAt }) =>
    pipelinesRefreshedAt === null &&
    warning('pipelines_unknown', 'The pipelines were not read from HubSpot yet. Refresh them to map stages.'),
  ({ postalAddress }) =>
    !postalAddress &&
    warning(
      'no_postal_address',
      'Add your postal address to the sender: commercial mail must carry one in many countries.',
    ),
]

/** What an admin should know or do, most urgent first; one `ok` finding when there is nothing. Pure. */
export function findProblems(facts: HealthFacts, connection: Connection, now: Temporal.Instant): HealthFinding[] {
  const found = RULES.map((rule) => rule(facts, connection, now)).filter((finding) => finding !== false)
  if (found.length === 0)
    return [{ level: 'ok', code: 'all_well', message: 'Everything works. There is nothing to do.' }]
  return [...found.filter(({ level }) => level === 'danger'), ...found.filter(({ level }) => level !== 'danger')]
}

function danger(code: string, message: string): HealthFinding {
  return { level: 'danger', code, message }
}

function warning(code: string, message: string): HealthFinding {
  return { level: 'warning', code, message }
}

function olderThan(at: Temporal.Instant | null, now: Temporal.Instant, minutes: number): boolean {
  return at !== null && Temporal.Instant.compare(at.add({ minutes }), now) < 0
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`
}

function age(at: Temporal.Instant, now: Temporal.Instant): string {
  const minutes = Math.floor(now.since(at).total('minutes'))
  if (minutes < 120) return `${minutes} minutes`
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} hours` : `${Math.floor(minutes / 60 / 24)} days`
}
