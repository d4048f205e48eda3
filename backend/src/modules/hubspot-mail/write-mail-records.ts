import { AppError, isAppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import type { Deps } from '#deps'
import { createEmails, EMAILS_PER_CALL, type EmailsCreated, findEmails, type NewEmail } from '#hubspot/emails.ts'
import { hasScopes, MAIL_RECORD_SCOPES, RECORDS_NOT_PERMITTED } from './mail-scopes.ts'
import {
  dropPendingRecords,
  hasPendingRecords,
  type SettledRecord,
  settleRecord,
  takeRecords,
} from './record-repository.ts'
import { findMailSetting, setProblem } from './repository.ts'
import { type LaneDeps, serveLane, type Worked } from './serve-lane.ts'
import { toEmail } from './to-email.ts'

type RecordDeps = LaneDeps & Pick<Deps, 'settings'>

/** So many refused one by one, and none taken: that is not the fault of single mails. */
const SUSPICIOUS = 3
const SILENT = 'HubSpot did not say whether it took this e-mail. Stagecue looks before it writes it again.'

/**
 * One pass: up to 100 sent mails of the next portal become e-mails in HubSpot, each at most once. HubSpot cannot tell a repeated
 * creation from a new one, so a mail is marked before the call, and one whose answer was lost is not written again.
 */
export function writeMailRecords(
  deps: RecordDeps,
  afterPortal: number,
  busy: Set<number>,
): Promise<Served | undefined> {
  const next = { kind: 'mail_records', afterPortal, now: deps.clock(), busy } as const
  return serveNextPortal(deps.db, next, (portalId) =>
    serveLane(deps, 'mail_records', portalId, () => work(deps, portalId)),
  )
}

async function work(deps: RecordDeps, portalId: number): Promise<Worked> {
  const { publicUrl } = deps.settings
  const state = await inPortal(deps.db, portalId, (trx) => findMailSetting(trx, portalId))
  if (!state?.setting?.logMails) {
    const settle = (trx: Trx) => dropPendingRecords(trx, portalId)
    return { handled: 0, stoppedBy: undefined, settle, hasMore: async () => false }
  }
  const permitted = hasScopes(state.scopes, MAIL_RECORD_SCOPES)
  const taken = permitted
    ? await inPortal(deps.db, portalId, (trx) => takeRecords(trx, portalId, EMAILS_PER_CALL, deps.clock()))
    : []
  const emails = (await Promise.all(taken.map((mail) => toEmail(mail, publicUrl)))).filter((mail) => mail !== undefined)
  const readable = new Set(emails.map(({ id }) => id))
  const erased = taken
    .filter(({ deliveryId }) => !readable.has(deliveryId))
    .map(({ deliveryId }) => ({ deliveryId, status: 'refused' as const, reason: 'The contact was erased.' }))
  const doubtful = new Set(taken.filter(({ lookFirst }) => lookFirst).map(({ deliveryId }) => deliveryId))
  const sent = permitted
    ? await lookAndSend(deps, portalId, emails, doubtful)
    : { settled: [], stoppedBy: new AppError('forbidden', RECORDS_NOT_PERMITTED) }
  for (const { status } of sent.settled) deps.metrics.count('mail_records_total', { outcome: status })
  return {
    handled: sent.settled.length,
    stoppedBy: sent.stoppedBy,
    async settle(trx) {
      for (const record of [...erased, ...sent.settled]) await settleRecord(trx, portalId, record, deps.clock())
      await setProblem(trx, portalId, { logProblem: sent.stoppedBy?.message ?? null })
    },
    hasMore: (trx) => hasPendingRecords(trx, portalId),
  }
}

interface Sent {
  readonly settled: readonly SettledRecord[]
  readonly stoppedBy: AppError | undefined
}

/** Those that an earlier answer was silent about are looked for first: what is there already is not created again. */
async function lookAndSend(
  deps: RecordDeps,
  portalId: number,
  emails: readonly NewEmail[],
  doubtful: ReadonlySet<string>,
): Promise<Sent> {
  const { there, settled, stoppedBy } = await look(deps, portalId, emails, doubtful)
  if (stoppedBy) return { settled, stoppedBy }
  const sent = await send(
    deps,
    portalId,
    emails.filter(({ id }) => !there.has(id)),
  )
  return { settled: [...settled, ...sent.settled], stoppedBy: sent.stoppedBy }
}

/** `there`: not to be created, because it is there, or nobody can know. */
async function look(
  deps: RecordDeps,
  portalId: number,
  emails: readonly NewEmail[],
  doubtful: ReadonlySet<string>,
): Promise<Sent & { there: ReadonlySet<string> }> {
  if (doubtful.size === 0) return { there: doubtful, settled: [], stoppedBy: undefined }
  try {
    const found = await findEmails(
      deps.hubspot,
      portalId,
      emails.filter(({ id }) => doubtful.has(id)),
    )
    const settled = [...found].map(([deliveryId, emailId]) => ({ deliveryId, status: 'written' as const, emailId }))
    return { there: new Set(found.keys()), settled, stoppedBy: undefined }
  } catch (error) {
    if (!isAppError(error)) throw error
    // Only a refusal says that nobody will ever know. A connection that is lost may come back.
    if (!isRefusal(error)) {
      const again = emails.map(({ id }) => ({
        deliveryId: id,
        status: 'pending' as const,
        lookFirst: doubtful.has(id),
      }))
      return { there: doubtful, settled: again, stoppedBy: error }
    }
    const lost = [...doubtful].map((id) => ({ deliveryId: id, status: 'unknown' as const, reason: error.message }))
    return { there: doubtful, settled: lost, stoppedBy: undefined }
  }
}

/**
 * A batch that HubSpot refuses goes in halves until a bad mail stands alone: a refusal has created nothing. When only bad ones come
 * up, the other end is tried: some bad mails that have waited longest would else hold up all behind them for ever.
 */
async function send(deps: RecordDeps, portalId: number, emails: readonly NewEmail[]): Promise<Sent> {
  const settled: SettledRecord[] = []
  const waiting = [emails]
  let refusal: AppError | undefined
  let most = SUSPICIOUS
  for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
    const [only] = batch
    if (!only) continue
    try {
      const answer = await createEmails(deps.hubspot, portalId, batch)
      settled.push(...toRecords(answer))
      const failure = failureOf(answer)
      if (failure) return { settled: [...settled, ...giveBack([], waiting.flat(), failure)], stoppedBy: failure }
    } catch (error) {
      if (!isAppError(error)) throw error
      if (!isRefusal(error))
        return { settled: [...settled, ...giveBack(batch, waiting.flat(), error)], stoppedBy: error }
      refusal = error
      if (batch.length > 1) waiting.unshift(...inHalves(batch))
      else settled.push({ deliveryId: only.id, status: 'refused', reason: error.message })
      if (!tookNone(settled, most)) continue
      if (most > SUSPICIOUS) break
      most += SUSPICIOUS
      waiting.unshift(...waiting.splice(-1))
    }
  }
  if (!refusal || !tookNone(settled, SUSPICIOUS)) return { settled, stoppedBy: undefined }
  const all = [...settled.map(({ deliveryId }) => deliveryId), ...waiting.flat().map(({ id }) => id)]
  return { settled: all.map((deliveryId) => ({ deliveryId, status: 'pending' })), stoppedBy: refusal }
}

function toRecords({ created, refused, postponed, silent }: EmailsCreated): SettledRecord[] {
  return [
    ...[...created].map(([deliveryId, emailId]) => ({ deliveryId, status: 'written' as const, emailId })),
    ...[...refused].map(([deliveryId, reason]) => ({ deliveryId, status: 'refused' as const, reason })),
    ...[...postponed].map(([deliveryId, reason]) => ({ deliveryId, status: 'pending' as const, reason })),
    ...silent.map((deliveryId) => ({ deliveryId, status: 'pending' as const, reason: SILENT, lookFirst: true })),
  ]
}

/** What is silent is looked for after a pause; what HubSpot postponed goes on with the next turn if others were taken. */
function failureOf({ created, postponed, silent }: EmailsCreated): AppError | undefined {
  const [reason] = postponed.values()
  if (silent.length > 0) return new AppError('hubspot_unavailable', SILENT)
  return reason !== undefined && created.size === 0 ? new AppError('hubspot_unavailable', reason) : undefined
}

/** HubSpot understood the call and will say the same to another. */
function isRefusal({ code }: AppError): boolean {
  return code === 'hubspot_rejected' || code === 'not_found'
}

function tookNone(settled: readonly SettledRecord[], most: number): boolean {
  return settled.length >= most && settled.every(({ status }) => status === 'refused')
}

/** What was on its way is unknown when HubSpot may have taken it; the others were never sent. */
function giveBack(batch: readonly NewEmail[], others: readonly NewEmail[], error: AppError): SettledRecord[] {
  const lost = error.uncertain ? { status: 'unknown' as const, reason: error.message } : { status: 'pending' as const }
  return [
    ...batch.map(({ id }): SettledRecord => ({ deliveryId: id, ...lost })),
    ...others.map(({ id }): SettledRecord => ({ deliveryId: id, status: 'pending' })),
  ]
}

function inHalves(batch: readonly NewEmail[]): (readonly NewEmail[])[] {
  const middle = Math.ceil(batch.length / 2)
  return [batch.slice(0, middle), batch.slice(middle)]
}
