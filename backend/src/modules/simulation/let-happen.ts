import { findStageEntry } from '#modules/decisions/find-stage-entry.ts'
import { reasonToStop } from '#modules/events/reason-to-stop.ts'
import { decideReply } from '#modules/inbound/decide-reply.ts'
import { planReturn } from '#modules/inbound/plan-return.ts'
import { knownZone } from '#modules/steps/describe-moment.ts'
import { resolveTarget } from '#shared/step-flow.ts'
import type { StopReason } from '#shared/vocabulary.ts'
import { append, decideSimulatedEntry, isClosed, stageOf } from './decide-simulated-entry.ts'
import type { Happens, ReturnDate } from './history.ts'
import type { SimulatedDeal, SimulatedEnrollment, SimulatedEntry, SimulatedWorld } from './simulated-world.ts'
import { end, pause, reachStep } from './walk-steps.ts'

/** Does what one happening does live, at the moment the world is at. */
export function letHappen(world: SimulatedWorld, happens: Happens): void {
  switch (happens.kind) {
    case 'moved':
    case 'deleted':
    case 'close_date':
    case 'owner':
      changeDeal(world, happens)
      break
    case 'replied':
      reply(world, happens.contactId)
      break
    case 'away':
      goAway(world, happens.contactId, happens.returnDate)
      break
    case 'bounced':
    case 'complained':
    case 'unsubscribed':
      refuseMail(world, happens.contactId, happens.kind)
  }
}

type DealHappens = Extract<Happens, { readonly dealId: string }>

function changeDeal(world: SimulatedWorld, happens: DealHappens): void {
  const deal = world.deals.get(happens.dealId)
  if (!deal || deal.deleted) return
  switch (happens.kind) {
    // Nobody tells us: it is seen when the deal is read for a mail or a wait.
    case 'close_date':
      deal.trueCloseDate = happens.value
      break
    // Here all mails come from the account's default sender, whoever owns the deal.
    case 'owner':
      deal.ownerId = happens.ownerId
      break
    case 'deleted':
      deal.deleted = true
      hearOfDeal(world, deal)
      break
    case 'moved':
      deal.changes = [{ stageId: happens.stageId, at: world.now }, ...deal.changes]
      hearOfDeal(world, deal, happens)
  }
}

/** As `applyDealEvents`: first what ends, then what waited, then what is new. A wake tells nothing new. */
export function hearOfDeal(
  world: SimulatedWorld,
  deal: SimulatedDeal,
  moved?: Extract<Happens, { readonly kind: 'moved' }>,
): void {
  if (!deal.deleted) readDeal(deal)
  const held = {
    deal: deal.deleted
      ? null
      : { pipelineId: deal.pipelineId, stageId: stageOf(deal), isClosed: isClosed(world, deal) },
  }
  for (const enrollment of world.byDeal.get(deal.dealId) ?? []) {
    if (enrollment.endedAt !== null) continue
    const { pipelineId, stageId, contactId, startStageId, sequence } = enrollment
    const stopWhenClosed = sequence.definition.stopWhenClosed ?? true
    const rules = { pipelineId, stageId, contactId, startStageId, stopWhenClosed }
    const reason = reasonToStop({ ...held, contactTypes: undefined }, rules)
    if (reason) end(world, enrollment, reason)
  }
  for (const entry of deal.entries) if (entry.status !== 'decided') decideSimulatedEntry(world, deal, entry)
  if (moved) enterStage(world, deal, moved)
}

function enterStage(
  world: SimulatedWorld,
  deal: SimulatedDeal,
  { stageId, source }: Extract<Happens, { readonly kind: 'moved' }>,
): void {
  const found = findStageEntry(deal.changes, { stageId, occurredAt: world.now })
  // A save without a change is no entry, and each entry is decided once.
  if (!found?.enteredAt.equals(world.now)) return
  const entry: SimulatedEntry = {
    dealId: deal.dealId,
    stageId,
    enteredAt: found.enteredAt,
    source,
    status: 'decided',
    reason: 'no_mapping',
  }
  deal.entries.push(entry)
  append(world.entriesOf, stageId, entry)
  decideSimulatedEntry(world, deal, entry)
}

/** HubSpot was asked for the deal: what it says now is known. */
export function readDeal(deal: SimulatedDeal): void {
  deal.knownCloseDate = deal.trueCloseDate
  deal.knownOwnerId = deal.ownerId
}

/** An answer to the last mail the contact got. */
function reply(world: SimulatedWorld, contactId: string): void {
  const answered = world.lastMail.get(contactId)?.enrollment
  if (!answered) return
  answered.answer = 'human'
  const { onReply } = answered.sequence.definition
  for (const running of runningOf(world, contactId, answered.dealId)) {
    if (running === answered && takeReply(world, running)) continue
    const effect = decideReply(running, { contactId, onReply })
    if (effect.kind === 'stop') end(world, running, effect.reason)
    else if (effect.kind === 'pause') pause(world, running, effect.pause)
  }
}

/** As `takeEvent`: an enrollment that waits for the answer to its own mail goes on with it. */
function takeReply(world: SimulatedWorld, enrollment: SimulatedEnrollment): boolean {
  const { sequence, position, run } = enrollment
  const step = sequence.definition.steps[position]
  if (step?.kind !== 'wait_for' || step.event !== 'reply' || run?.status === 'done') return false
  const ids = sequence.definition.steps.map(({ id }) => id)
  const place = resolveTarget(ids, position, step.onEvent)
  if (place === undefined) return false
  if (run) run.status = 'done'
  enrollment.replyTakenAt = world.now
  reachStep(world, enrollment, place)
  return true
}

function goAway(world: SimulatedWorld, contactId: string, named: ReturnDate): void {
  const answered = world.lastMail.get(contactId)?.enrollment
  if (!answered) return
  if (answered.answer === 'none') answered.answer = 'automatic'
  const { timeZone } = world.setting.portal
  const today = world.now.toZonedDateTimeISO(knownZone(timeZone)).toPlainDate()
  const returnDate = named && 'days' in named ? today.add({ days: named.days }) : named
  const until = planReturn({ returnDate, receivedAt: world.now, timeZone })
  if (Temporal.Instant.compare(until, world.now) <= 0) return
  for (const running of runningOf(world, contactId)) pause(world, running, { reason: 'out_of_office', until })
}

function refuseMail(
  world: SimulatedWorld,
  contactId: string,
  reason: Extract<StopReason, 'bounced' | 'complained' | 'unsubscribed'>,
): void {
  const contact = world.contacts.get(contactId)
  if (contact) contact.suppressed ??= { since: world.now, reason }
  for (const running of runningOf(world, contactId)) end(world, running, reason)
}

/** What runs for the contact, and for the others of a deal when one is named; the one that began first goes first. */
function runningOf(world: SimulatedWorld, contactId: string, dealId?: string) {
  const found = new Set([
    ...(world.byContact.get(contactId) ?? []),
    ...(dealId === undefined ? [] : (world.byDeal.get(dealId) ?? [])),
  ])
  return [...found].filter(({ endedAt }) => endedAt === null).sort((one, other) => one.order - other.order)
}
