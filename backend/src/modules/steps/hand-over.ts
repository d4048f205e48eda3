import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { SendOutcome } from '#mail/mailer.ts'
import { noteProblem } from '#modules/senders/note-problem.ts'
import { markContentBegun, waitForChanges } from './delivery-repository.ts'
import { keptBackSince } from './kept-back-since.ts'
import { CONCURRENT_MAILS, SEND_WITHIN } from './limits.ts'
import { afterNoServer, outcomeOfSend, type SendMoment } from './outcome-of-send.ts'
import type { PreparedMail } from './prepare-deliveries.ts'
import { settleEach } from './settle-each.ts'
import { settleOvertaken } from './settle-overtaken.ts'
import type { Outcome } from './settle-runs.ts'
import { type Settler, settleTogether } from './settle-together.ts'
import type { StepsDeps } from './steps-deps.ts'

/** What the mails of one batch share. */
interface Batch {
  /**
   * What the first mail heard that found its server unusable, by the sender with a server of its own or '' for the installation's:
   * the rest of the batch does not knock there as well.
   */
  readonly outages: Map<string, string>
  readonly timeZone: string | null
  readonly settler: Settler
}

/**
 * Hands a batch to the mail server, a few at a time, and settles each mail as soon as its outcome is known. An unexpected
 * error ends the batch after the mails under way: what was not settled is the caller's to try again. When the
 * process is asked to stop, only the mails under way are finished: one that is cut off there would be unconfirmed. A mail whose
 * turn comes too late after HubSpot was asked about its deal goes back into the queue, to be asked about again.
 */
export async function handOver(
  deps: StepsDeps,
  portal: PortalContext,
  mails: readonly PreparedMail[],
  timeZone: string | null,
): Promise<void> {
  const outages = new Map<string, string>()
  const settler = settleTogether(deps, portal)
  const waiting = [...mails]
  const stale: PreparedMail[] = []
  let failed: { error: unknown } | undefined
  const next = () => (deps.stopping.aborted ? undefined : waiting.shift())
  async function work(): Promise<void> {
    for (let mail = next(); mail && !failed; mail = next()) {
      if (isStale(mail, deps.clock())) {
        stale.push(mail)
        continue
      }
      try {
        await handOverOne(deps, portal, mail, { outages, timeZone, settler })
      } catch (error) {
        failed ??= { error }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_MAILS, mails.length) }, work))
  if (failed) throw failed.error
  await giveBack(deps, portal, waiting, 'Its worker was stopped; the next one sends it.')
  await giveBack(deps, portal, stale, 'HubSpot is asked again where the deal is, then it is sent.')
}

/** Whether the deal may have moved since HubSpot was asked. A mail that needed no asking is never stale. */
function isStale({ checked }: PreparedMail, now: Temporal.Instant): boolean {
  if (!checked.told) return false
  return Temporal.Duration.compare(now.since(checked.told.readAt), SEND_WITHIN) >= 0
}

/** For whoever comes next, now: nothing of these has left. */
async function giveBack(
  deps: StepsDeps,
  portal: PortalContext,
  mails: readonly PreparedMail[],
  why: string,
): Promise<void> {
  const outcome: Outcome = { kind: 'later', dueAt: deps.clock(), why }
  await settleEach(
    deps,
    portal,
    mails.map(({ checked }) => ({ run: checked.run, outcome })),
  )
}

async function handOverOne(
  deps: StepsDeps,
  portal: PortalContext,
  mail: PreparedMail,
  { outages, timeZone, settler }: Batch,
): Promise<void> {
  const { run, state } = mail.checked
  const moment = (): SendMoment => ({ now: deps.clock(), random: deps.random, timeZone })
  const settle = (outcome: Outcome) => settler.settle({ run, outcome })
  const { sender } = mail
  const since = keptBackSince(run, state)
  const server = sender.server ? sender.id : ''
  const outage = outages.get(server)
  if (outage !== undefined) return settle(afterNoServer({ since }, outage, moment()))
  const outcome = await send(deps, portal.portalId, mail)
  deps.metrics.count('mails_total', { outcome: outcome.kind })
  if (outcome.kind === 'not_sent') {
    if (outcome.reason === 'gate_closed') return settleOvertaken(deps, portal, [mail.checked], { unsent: true })
    const firstToHear = !outages.has(server)
    outages.set(server, outcome.detail)
    deps.log.warn({ portalId: portal.portalId, detail: outcome.detail }, 'mail server could not be used')
    await settle(afterNoServer({ since }, outcome.detail, moment()))
    if (sender.server && firstToHear) await noteProblem(deps, portal.portalId, sender.id, outcome.detail)
    return
  }
  if (outcome.kind === 'unknown') {
    deps.log.error({ portalId: portal.portalId, stepRunId: run.id, detail: outcome.detail }, 'mail is unconfirmed')
  }
  const sent = { run, subject: mail.subject, recipient: mail.recipient, since }
  await settle(outcomeOfSend(sent, outcome, moment()))
  if (outcome.kind === 'accepted' && sender.problem !== null) await noteProblem(deps, portal.portalId, sender.id, null)
  if (outcome.kind === 'accepted') deps.metrics.observe('step_lag_seconds', secondsSince(deps, run.dueAt))
}

function send(deps: StepsDeps, portalId: number, mail: PreparedMail): Promise<SendOutcome> {
  const { envelopeFrom, recipient, mime, sender } = mail
  const gate = () => openGate(deps, portalId, mail)
  const bytes = { envelopeFrom, recipient, mime }
  return sender.server ? deps.ownServers.send(sender.server, bytes, gate) : deps.mailer.send(bytes, gate)
}

/** Asked by the mailer when the server is ready for the content. */
function openGate(deps: StepsDeps, portalId: number, mail: PreparedMail): Promise<boolean> {
  const { run } = mail.checked
  return inPortal(deps.db, portalId, async (trx) => {
    await waitForChanges(trx, portalId, run)
    return markContentBegun(trx, portalId, run, mail.addressHash, deps.clock().add(deps.leases.stepsReserve))
  })
}

function secondsSince(deps: StepsDeps, then: Temporal.Instant): number {
  return (deps.clock().epochMilliseconds - then.epochMilliseconds) / 1000
}
