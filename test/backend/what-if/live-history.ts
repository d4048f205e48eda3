import { sql } from 'kysely'
import { systemIds } from '#core/ids.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { resumeReturned } from '#modules/enrollments/resume-returned.ts'
import { receiveMail } from '#modules/inbound/receive-mail.ts'
import type { Happening, History, HistoryDeal } from '#modules/simulation/history.ts'
import { sendDueSteps } from '#modules/steps/send-due-steps.ts'
import { suppressAddress } from '#modules/suppressions/suppress-address.ts'
import { type Answer, composeAnswer } from '#test/sandbox/mail/answer.ts'
import type { SmtpServer } from '#test/support/smtp-server.ts'
import type { World, WorldPortal } from '#test/support/world.ts'

/** A mail as the mail server got it, or as a simulation says it would. */
export interface ComparedMail {
  readonly contactId: string
  readonly dealId: string
  readonly step: string
  readonly at: string
  readonly subject: string
  /** The address it comes from. */
  readonly from: string
}

interface Stage {
  readonly world: World
  readonly portal: WorldPortal
  readonly deps: Deps
  readonly server: SmtpServer
}

type Act = Happening | { readonly kind: 'created'; readonly at: Temporal.Instant; readonly deal: HistoryDeal }

/**
 * Plays a history for real: HubSpot's stand-in, signed webhooks, the worker's tasks on a real database, a real SMTP server. The
 * clock goes from one moment at which something happens or is due to the next. Returns what the mail server took, and when.
 */
export async function playLive(stage: Stage, history: History): Promise<ComparedMail[]> {
  const { world, portal, deps, server } = stage
  for (const { contactId, email, firstName, lastName, timeZone, optedOut } of history.contacts) {
    world.sandbox.createContact(portal.portalId, {
      id: contactId,
      ...(email ? { email } : {}),
      ...(firstName ? { firstName } : {}),
      ...(lastName ? { lastName } : {}),
      properties: {
        ...(timeZone ? { hs_timezone: timeZone } : {}),
        ...(optedOut ? { hs_email_optout: 'true' } : {}),
      },
    })
  }
  const acts = actsOf(history)
  const taken = new Map<string, string>()
  for (;;) {
    const act = acts[0]
    const due = await nextDue(deps, portal.portalId)
    const next = !act || (due && Temporal.Instant.compare(due, act.at) < 0) ? due : act.at
    if (!next || Temporal.Instant.compare(next, history.to) > 0) break
    advance(world, next)
    const answers: Happening[] = []
    while (acts[0] && Temporal.Instant.compare(acts[0].at, world.clock.read()) <= 0) {
      const now = acts.shift()
      if (now && !doInHubSpot(stage, now)) answers.push(now as Happening)
    }
    await world.handlesEvents()
    for (const answer of answers) await comesBack(stage, history, answer)
    while (((await resumeReturned(deps, portal.portalId - 1)) ?? { handled: 0 }).handled > 0);
    while (((await sendDueSteps(deps, portal.portalId - 1)) ?? { handled: 0 }).handled > 0);
    for (const { messageId } of server.accepted.slice(taken.size)) taken.set(messageId, world.clock.read().toString())
  }
  return compared(stage, taken)
}

function advance({ clock }: World, to: Temporal.Instant): void {
  const by = to.epochMilliseconds - clock.read().epochMilliseconds
  if (by > 0) clock.passes({ milliseconds: by })
}

function actsOf({ deals, happenings, from }: History): Act[] {
  const acts: Act[] = [...happenings]
  for (const deal of deals) {
    const [first, ...rest] = [...deal.stages].sort((a, b) => Temporal.Instant.compare(a.at, b.at))
    if (!first) continue
    acts.push({ kind: 'created', at: first.at, deal: { ...deal, stages: [first] } })
    for (const { stageId, at, source } of rest) acts.push({ kind: 'moved', dealId: deal.dealId, stageId, at, source })
  }
  return acts
    .filter(({ at }) => Temporal.Instant.compare(at, from) >= 0)
    .sort((a, b) => Temporal.Instant.compare(a.at, b.at))
}

async function nextDue({ db }: Deps, portalId: number): Promise<Temporal.Instant | undefined> {
  const { rows } = await inPortal(db, portalId, (trx) =>
    sql<{ at: Temporal.Instant | null }>`
      select min(greatest(due_at, coalesce(not_before, due_at))) as at from lanes
      where portal_id = ${portalId} and kind in ('events', 'steps', 'returns')
    `.execute(trx),
  )
  return rows[0]?.at ?? undefined
}

/** False when it is no doing of somebody in HubSpot. */
function doInHubSpot({ world, portal: { portalId } }: Stage, act: Act): boolean {
  const { sandbox } = world
  switch (act.kind) {
    case 'created': {
      const { dealId: id, name, amount, closeDate, ownerId, stages, contacts } = act.deal
      sandbox.createDeal(portalId, {
        id,
        name: name ?? '',
        stageId: stages[0]?.stageId ?? 'lead',
        ...(amount ? { amount: Number(amount) } : {}),
        contactIds: contacts.map(({ contactId }) => contactId),
      })
      if (ownerId) sandbox.updateRecord(portalId, 'deals', id, { hubspot_owner_id: ownerId })
      if (closeDate) sandbox.updateRecord(portalId, 'deals', id, { closedate: closeDate })
      return true
    }
    case 'moved':
      sandbox.moveDeal(portalId, act.dealId, act.stageId)
      return true
    case 'deleted':
      sandbox.deleteDeal(portalId, act.dealId)
      return true
    case 'close_date':
      sandbox.updateRecord(portalId, 'deals', act.dealId, { closedate: act.value ?? '' })
      return true
    case 'owner':
      sandbox.updateRecord(portalId, 'deals', act.dealId, { hubspot_owner_id: act.ownerId ?? '' })
      return true
    default:
      return false
  }
}

const ANSWERS: Partial<Record<Happening['kind'], Answer>> = {
  replied: 'reply',
  away: 'away',
  bounced: 'bounce',
  complained: 'complaint',
  unsubscribed: 'unsubscribe',
}

/** The answer to the last mail the contact got. Without one, a refusal of the address is still one. */
async function comesBack({ deps, portal, server, world }: Stage, history: History, act: Happening): Promise<void> {
  const answer = ANSWERS[act.kind]
  if (!answer || !('contactId' in act)) return
  const email = history.contacts.find(({ contactId }) => contactId === act.contactId)?.email
  const mail = server.accepted.findLast(({ recipients }) => email && recipients.includes(email))
  if (mail) {
    const received = { raw: Buffer.from(mail.raw, 'latin1'), envelopeFrom: mail.from, envelopeTo: mail.recipients }
    const details =
      act.kind === 'away' && act.returnDate instanceof Temporal.PlainDate ? { returnDate: act.returnDate } : {}
    const back = await composeAnswer(received, answer, { id: systemIds(), at: world.clock.read(), ...details })
    await receiveMail(deps, { raw: Buffer.from(back.raw), receivedAt: world.clock.read(), source: 'mime' })
    return
  }
  if (act.kind === 'replied' || act.kind === 'away' || !email?.includes('@')) return
  const reason = act.kind as 'bounced' | 'complained' | 'unsubscribed'
  const context = { portalId: portal.portalId, actor: { kind: 'worker' }, requestId: 'test' } as const
  await inPortal(deps.db, portal.portalId, (trx) => suppressAddress(deps, trx, context, { address: email, reason }))
}

async function compared({ deps, portal }: Stage, taken: ReadonlyMap<string, string>): Promise<ComparedMail[]> {
  const { rows } = await inPortal(deps.db, portal.portalId, (trx) =>
    sql<Omit<ComparedMail, 'at'> & { messageId: string }>`
      select d.message_id, d.subject, d.from_address as "from", r.step_id as step, e.deal_id, c.contact_id
      from deliveries d
      join step_runs r on r.portal_id = d.portal_id and r.id = d.step_run_id
      join enrollments e on e.portal_id = d.portal_id and e.id = d.enrollment_id
      join contacts c on c.portal_id = e.portal_id and c.id = e.contact_id
      where d.portal_id = ${portal.portalId}
    `.execute(trx),
  )
  return rows.flatMap(({ messageId, contactId, dealId, step, subject, from }) => {
    const at = taken.get(messageId)
    return at === undefined ? [] : [{ contactId, dealId, step, at, subject, from }]
  })
}

/** One line per mail, in an order of its own: what is compared. */
export function lines(mails: readonly ComparedMail[]): string[] {
  return mails
    .map(({ at, dealId, contactId, step, subject, from }) => `${at} ${dealId} ${contactId} ${step} ${from} ${subject}`)
    .sort()
}
