import type {
  SimulatedDelay,
  SimulatedEnrollment,
  SimulatedMail,
  SimulatedWorld,
} from '#modules/simulation/simulated-world.ts'
import { knownZone } from '#modules/steps/describe-moment.ts'
import type { WhatIfDay, WhatIfReport } from '#shared/contract/what-if.ts'
import { DECISION_REASON, STOP_REASON } from '#shared/vocabulary.ts'
import { leadsTo } from './leads-to.ts'

/** What is stored: without names, which come from what is kept of deals and contacts when the report is shown. */
export interface StoredReport extends Omit<WhatIfReport, 'mailList' | 'collisionList' | 'holdList'> {
  readonly mailList: readonly StoredLine<WhatIfReport['mailList'][number]>[]
  readonly collisionList: readonly StoredLine<WhatIfReport['collisionList'][number]>[]
  readonly holdList: readonly StoredLine<WhatIfReport['holdList'][number]>[]
}
export type StoredLine<T> = Omit<T, 'dealName' | 'contactName'>

/** An answer must fit through HubSpot's proxy, and nobody reads more. */
const MAILS_SHOWN = 300
const OTHERS_SHOWN = 100

/**
 * What the simulation says about one sequence. Pure: the same world gives the same bytes. `found` is how many deals there were;
 * fewer are in the world when reading was cut.
 */
export function buildReport(
  world: SimulatedWorld,
  sequenceId: string,
  to: Temporal.Instant,
  found: number,
): StoredReport {
  const ours = world.enrollments.filter(({ sequence }) => sequence.id === sequenceId)
  const mails = world.mails.filter(({ enrollment }) => enrollment.sequence.id === sequenceId)
  const held = world.held.filter(({ run }) => run.enrollment.sequence.id === sequenceId)
  const entries = entriesInto(world, sequenceId)
  const collisions = collisionsOf(world, sequenceId)
  const ended = (status: string) => ours.filter((enrollment) => enrollment.status === status)
  return {
    from: world.from.toString(),
    to: to.toString(),
    dealsRead: world.deals.size,
    dealsFound: Math.max(found, world.deals.size),
    deals: new Set(entries.map(({ dealId }) => dealId)).size,
    enrolled: ours.length,
    mails: mails.length,
    completed: ended('completed').length,
    stopped: ended('stopped').length,
    running: ended('active').length + ended('paused').length,
    held: held.length,
    collisions: collisions.length,
    notEnrolled: counted(notEnrolled(world, entries), DECISION_REASON),
    stops: counted(
      ended('stopped').flatMap(({ stopReason }) => stopReason ?? []),
      STOP_REASON,
    ),
    days: daysOf(mails, knownZone(world.setting.portal.timeZone)),
    mailList: mails.slice(0, MAILS_SHOWN).map((mail) => ({
      ...whoOf(mail.enrollment),
      step: mail.position + 1,
      at: mail.at.toString(),
      sender: mail.sender,
      why: mail.why,
    })),
    collisionList: collisions.slice(0, OTHERS_SHOWN),
    holdList: held.slice(0, OTHERS_SHOWN).map(({ run, at, why }) => ({
      ...whoOf(run.enrollment),
      step: run.position + 1,
      at: at.toString(),
      why,
    })),
  }
}

/** The contacts a stored report speaks of, by HubSpot's id: what an erasure looks for. */
export function contactsIn(report: StoredReport): string[] {
  const lines = [...report.mailList, ...report.collisionList, ...report.holdList]
  return [...new Set(lines.map(({ contactId }) => contactId))].sort()
}

function whoOf({ dealId, contactId }: SimulatedEnrollment) {
  return { dealId, contactId }
}

/** Entries into the stages that lead to the sequence, by themselves or by a branch. */
function entriesInto({ setting, deals }: SimulatedWorld, sequenceId: string) {
  const stages = new Set(
    setting.mappings
      .filter((mapping) => leadsTo(sequenceId, mapping))
      .map(({ pipelineId, stageId }) => `${pipelineId}/${stageId}`),
  )
  return [...deals.values()].flatMap((deal) =>
    deal.entries.filter(({ stageId }) => stages.has(`${deal.pipelineId}/${stageId}`)),
  )
}

/** One reason for each contact that was refused, and for each entry that never got to its contacts. */
function notEnrolled(world: SimulatedWorld, entries: ReturnType<typeof entriesInto>): (keyof typeof DECISION_REASON)[] {
  const known = new Set(entries.map(({ dealId }) => dealId))
  const contacts = world.refusals.filter(
    ({ dealId, stageId }) =>
      known.has(dealId) && entries.some((entry) => entry.dealId === dealId && entry.stageId === stageId),
  )
  const refused = new Set(contacts.map(({ dealId, stageId }) => `${dealId}/${stageId}`))
  const alone = entries.filter(
    ({ dealId, stageId, reason }) => reason !== 'enrolled' && !refused.has(`${dealId}/${stageId}`),
  )
  return [...contacts, ...alone].map(({ reason }) => reason)
}

/** The most frequent first. */
function counted<R extends string>(reasons: readonly R[], sentences: Record<R, string>) {
  const counts = new Map<R, number>()
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts]
    .map(([reason, count]) => ({ reason, sentence: sentences[reason], count }))
    .sort((one, other) => other.count - one.count || (one.reason < other.reason ? -1 : 1))
}

function daysOf(mails: readonly SimulatedMail[], zone: string): WhatIfDay[] {
  const hours = new Map<string, number[]>()
  for (const { at } of mails) {
    const local = at.toZonedDateTimeISO(zone)
    const day = local.toPlainDate().toString()
    const counts = hours.get(day) ?? Array.from({ length: 24 }, () => 0)
    counts[local.hour] = (counts[local.hour] ?? 0) + 1
    hours.set(day, counts)
  }
  return [...hours].map(([day, counts]) => {
    const busiestMails = Math.max(...counts)
    const hour = counts.indexOf(busiestMails)
    const total = counts.reduce((sum, count) => sum + count, 0)
    return { day, mails: total, busiestHour: `${String(hour).padStart(2, '0')}:00`, busiestMails }
  })
}

type Collision = StoredReport['collisionList'][number]

function collisionsOf(world: SimulatedWorld, sequenceId: string): Collision[] {
  return [...twoSequences(world, sequenceId), ...twoMailsADay(world, sequenceId), ...deferrals(world, sequenceId)].sort(
    (one, other) => (one.at === other.at ? 0 : one.at < other.at ? -1 : 1),
  )
}

/** A contact that begins something while something else runs for it; one of the two is the sequence. */
function twoSequences({ byContact }: SimulatedWorld, sequenceId: string): Collision[] {
  return [...byContact.values()].flatMap((enrollments) =>
    enrollments.flatMap((later, index): Collision[] => {
      const earlier = enrollments
        .slice(0, index)
        .find(({ endedAt }) => endedAt === null || Temporal.Instant.compare(endedAt, later.enrolledAt) > 0)
      if (!earlier || (earlier.sequence.id !== sequenceId && later.sequence.id !== sequenceId)) return []
      const where = earlier.dealId === later.dealId ? 'the same deal' : `deal ${earlier.dealId}`
      const sentence = `Begins “${later.sequence.name}” while in “${earlier.sequence.name}” through ${where}.`
      return [{ ...whoOf(later), kind: 'two_sequences', at: later.enrolledAt.toString(), sentence }]
    }),
  )
}

function twoMailsADay({ mails, setting }: SimulatedWorld, sequenceId: string): Collision[] {
  const zone = knownZone(setting.portal.timeZone)
  const first = new Map<string, SimulatedMail>()
  const collisions: Collision[] = []
  for (const mail of mails) {
    const { enrollment, at } = mail
    const key = `${enrollment.contactId} ${at.toZonedDateTimeISO(zone).toPlainDate().toString()}`
    const before = first.get(key)
    if (!before) first.set(key, mail)
    else if (enrollment.sequence.id === sequenceId || before.enrollment.sequence.id === sequenceId) {
      const sentence = `Gets a second mail on one day: one of “${enrollment.sequence.name}” after one of “${before.enrollment.sequence.name}”.`
      collisions.push({ ...whoOf(enrollment), kind: 'two_mails_a_day', at: at.toString(), sentence })
    }
  }
  return collisions
}

function deferrals({ deferred }: SimulatedWorld, sequenceId: string): Collision[] {
  return deferred
    .filter(({ run }: SimulatedDelay) => run.enrollment.sequence.id === sequenceId)
    .map(({ run, at, why }) => ({
      ...whoOf(run.enrollment),
      kind: 'deferred' as const,
      at: at.toString(),
      sentence: `Step ${run.position + 1}: ${why}`,
    }))
}
