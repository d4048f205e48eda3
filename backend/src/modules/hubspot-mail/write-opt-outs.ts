import { AppError, isAppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { type Served, serveNextPortal } from '#db/serve-next-portal.ts'
import { optOut } from '#hubspot/preferences.ts'
import { hasScopes, OPT_OUT_SCOPES, OPT_OUTS_NOT_PERMITTED } from './mail-scopes.ts'
import { dropPendingOptOuts, listPendingOptOuts, type PendingOptOut, settleOptOut } from './opt-out-repository.ts'
import { findMailSetting, setProblem } from './repository.ts'
import { type LaneDeps, serveLane, type Worked } from './serve-lane.ts'

/** One call each: batches need an edition that few accounts have (HubSpot docs, communication preferences). */
const BATCH = 20
/** So many refused, and none taken of the batch: that is not the fault of single addresses. */
const SUSPICIOUS = 3

/**
 * One pass: tells HubSpot of up to 20 people of the next portal who unsubscribed. A repeat after a crash is harmless, because
 * opting out twice is opting out.
 */
export function writeOptOuts(deps: LaneDeps, afterPortal: number, busy: Set<number>): Promise<Served | undefined> {
  const next = { kind: 'opt_outs', afterPortal, now: deps.clock(), busy } as const
  return serveNextPortal(deps.db, next, (portalId) => serveLane(deps, 'opt_outs', portalId, () => work(deps, portalId)))
}

async function work(deps: LaneDeps, portalId: number): Promise<Worked> {
  const { state, pending } = await inPortal(deps.db, portalId, async (trx) => ({
    state: await findMailSetting(trx, portalId),
    pending: await listPendingOptOuts(trx, portalId, BATCH),
  }))
  const setting = state?.setting
  if (!state || !setting || setting.writeOptOuts === 'off') {
    return { ...nothing, settle: (trx) => dropPendingOptOuts(trx, portalId) }
  }
  const subscriptionId = setting.writeOptOuts === 'all' ? null : setting.subscriptionId
  const sent = hasScopes(state.scopes, OPT_OUT_SCOPES)
    ? await sendAll(deps, portalId, pending, subscriptionId)
    : { settled: [], stoppedBy: new AppError('forbidden', OPT_OUTS_NOT_PERMITTED) }
  for (const { reason } of sent.settled) {
    deps.metrics.count('opt_out_writes_total', { outcome: reason === null ? 'written' : 'refused' })
  }
  return {
    handled: sent.settled.length,
    stoppedBy: sent.stoppedBy,
    async settle(trx) {
      for (const settled of sent.settled) await settleOptOut(trx, portalId, { ...settled, at: deps.clock() })
      await setProblem(trx, portalId, { optOutsProblem: sent.stoppedBy?.message ?? null })
    },
    hasMore: async (trx) => (await listPendingOptOuts(trx, portalId, 1)).length > 0,
  }
}

const nothing = { handled: 0, stoppedBy: undefined, hasMore: async () => false }

interface Sent {
  readonly settled: readonly { readonly addressHash: Buffer; readonly reason: string | null }[]
  readonly stoppedBy: AppError | undefined
}

async function sendAll(
  deps: LaneDeps,
  portalId: number,
  pending: readonly PendingOptOut[],
  subscriptionId: string | null,
): Promise<Sent> {
  const settled: { addressHash: Buffer; reason: string | null }[] = []
  let refusal: AppError | undefined
  for (const { addressHash, address } of pending) {
    try {
      await optOut(deps.hubspot, portalId, address, subscriptionId)
      settled.push({ addressHash, reason: null })
    } catch (error) {
      if (!isAppError(error)) throw error
      const refused = error.code === 'hubspot_rejected' || error.code === 'not_found'
      if (!refused) return { settled, stoppedBy: error }
      settled.push({ addressHash, reason: error.message })
      refusal = error
    }
  }
  // Not before the end of the batch: some bad addresses that have waited longest would hold up everybody behind them for ever.
  const alike = settled.length >= SUSPICIOUS && settled.every(({ reason }) => reason !== null)
  if (alike) return { settled: [], stoppedBy: refusal }
  return { settled, stoppedBy: undefined }
}
