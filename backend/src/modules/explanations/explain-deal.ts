import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { maskText } from '#hubspot/mask.ts'
import { describePayload } from '#modules/events/describe-payload.ts'
import { REMOVED_FROM } from '#modules/version-moves/removed-from.ts'
import {
  DECISION_OUTCOME,
  DECISION_REASON,
  DELIVERY_STATUS,
  ENROLLMENT_STATUS,
  STEP_RUN_STATUS,
  STOP_REASON,
} from '#shared/vocabulary.ts'
import { readDealStory } from './repository.ts'

type Story = Awaited<ReturnType<typeof readDealStory>>

/**
 * The whole story of a deal as lines of text, oldest first: events → decisions → enrollments → step runs → deliveries →
 * timeline, each with its reason. Names people by HubSpot's ids only, so that it can be pasted into a support case;
 * a mail server's reply often quotes the address it refused, which is masked.
 */
export async function explainDeal(deps: Pick<Deps, 'db'>, portalId: number, dealId: string): Promise<string[]> {
  const story = await inPortal(deps.db, portalId, (trx) => readDealStory(trx, portalId, dealId))
  if (!story.deal && story.events.length === 0 && story.enrollments.length === 0) {
    return [
      `Stagecue knows nothing of deal ${dealId} in portal ${portalId}.`,
      'Either HubSpot sent no event for it since the connection, or the portal or deal id is another one.',
    ]
  }
  return [...head(story, portalId, dealId), ...events(story), ...enrollments(story), ...timeline(story)]
}

function head({ deal }: Story, portalId: number, dealId: string): string[] {
  const where = deal?.deleted
    ? 'deleted in HubSpot'
    : deal
      ? `in ${deal.stageLabel ?? deal.stageId} since ${at(deal.stageEnteredAt)}`
      : 'never read'
  return [`Deal ${dealId} in portal ${portalId}: ${where}${deal ? ` (read ${at(deal.readAt)})` : ''}`]
}

function events({ events, decisions }: Story): string[] {
  const lines = ['', 'EVENTS AND DECISIONS']
  if (events.length === 0) lines.push('  none')
  for (const event of events) {
    const state =
      event.status === 'done' ? `handled ${at(event.processedAt)}` : `${event.status}, ${event.attempts} tries`
    lines.push(
      `  ${at(event.occurredAt)}  event ${event.id}: ${describePayload(event.payload)} — received ${at(event.receivedAt)}, ${state}`,
    )
    if (event.reason) lines.push(`      because: ${maskText(event.reason)}`)
    for (const decision of decisions.filter((candidate) => candidate.eventId === event.id))
      lines.push(...decisionLines(decision))
  }
  for (const decision of decisions.filter((candidate) => candidate.eventId === null))
    lines.push(...decisionLines(decision))
  return lines
}

function decisionLines(decision: Story['decisions'][number]): string[] {
  const whom = decision.contactId ? ` contact ${decision.contactId}` : ''
  return [
    `    → ${DECISION_OUTCOME[decision.outcome]}${whom}: ${DECISION_REASON[decision.reason]}`,
    ...decision.trace.map(
      (line) =>
        `        ${line.passed ? '✓' : '✗'} ${line.condition} (expected ${maskText(line.expected)}; found ${maskText(line.actual)})`,
    ),
  ]
}

function enrollments({ enrollments, stepRuns, deliveries, tasks }: Story): string[] {
  const lines = ['', 'ENROLLMENTS, STEPS AND MAILS']
  if (enrollments.length === 0) lines.push('  none')
  for (const enrollment of enrollments) {
    const ending = enrollment.stopReason ? STOP_REASON[enrollment.stopReason] : enrollment.completedWhy
    const end = ending ? `: ${maskText(ending)}` : ''
    lines.push(
      `  ${at(enrollment.enrolledAt)}  contact ${enrollment.contactId} in "${enrollment.sequence}" version ${enrollment.version} (${enrollment.source}) — ` +
        `${ENROLLMENT_STATUS[enrollment.status]}${end}${enrollment.endedAt ? `, ${at(enrollment.endedAt)}` : ''}`,
    )
    for (const run of stepRuns.filter((candidate) => candidate.enrollmentId === enrollment.id)) {
      const copy = run.epoch > 1 ? `, sent again (copy ${run.epoch})` : ''
      lines.push(
        `    ${placeOf(run.position)} ${run.kind}${copy}: ${STEP_RUN_STATUS[run.status]}, ${dueOf(run)} — ${maskText(run.why)}`,
      )
      for (const task of tasks.filter((candidate) => candidate.stepRunId === run.id)) {
        lines.push(
          `        HubSpot task ${task.taskId ?? 'not known yet'}: ${task.status}, looked at next ${at(task.lookAt)}`,
        )
      }
      for (const delivery of deliveries.filter((candidate) => candidate.stepRunId === run.id)) {
        lines.push(
          `        ${delivery.messageId}${delivery.variant ? ` (variant ${delivery.variant})` : ''} ${DELIVERY_STATUS[delivery.status]} ${at(delivery.settledAt)} ${maskText(delivery.response ?? '')}`.trimEnd(),
        )
      }
    }
  }
  return lines
}

function placeOf(position: number): string {
  return position < REMOVED_FROM ? `step ${position + 1}` : 'step of an earlier version'
}

/** A wait for an event is looked at again and again until its deadline. */
function dueOf({ dueAt, deadline }: Story['stepRuns'][number]): string {
  return deadline ? `until ${at(deadline)}, last planned look ${at(dueAt)}` : `due ${at(dueAt)}`
}

function timeline({ timeline }: Story): string[] {
  const lines = ['', 'HUBSPOT TIMELINE']
  if (timeline.length === 0) lines.push('  none')
  for (const entry of timeline) {
    const state = entry.status === 'published' ? `published ${at(entry.publishedAt)}` : entry.status
    lines.push(
      `  ${at(entry.occurredAt)}  ${entry.eventType} on ${entry.objectType} ${entry.objectId}: ${state}${entry.reason ? ` (${maskText(entry.reason)})` : ''}`,
    )
  }
  return lines
}

function at(moment: Temporal.Instant | null): string {
  return moment ? moment.toString({ smallestUnit: 'second' }) : '—'
}
