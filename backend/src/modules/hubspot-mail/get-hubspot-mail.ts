import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { readRevision } from '#modules/revisions/read-revision.ts'
import type { HubSpotMail } from '#shared/contract/hubspot-mail.ts'
import {
  hasScopes,
  MAIL_RECORD_SCOPES,
  OPT_OUT_SCOPES,
  OPT_OUTS_NOT_PERMITTED,
  RECORDS_NOT_PERMITTED,
} from './mail-scopes.ts'
import { countQueues, findMailSetting } from './repository.ts'

/** What HubSpot and Stagecue tell each other about opt-outs and mails, and how that goes. `not_found` before connecting. */
export function getHubSpotMail(deps: Pick<Deps, 'db' | 'settings'>, portal: PortalContext): Promise<HubSpotMail> {
  return inPortal(deps.db, portal.portalId, (trx) => readHubSpotMail(deps, trx, portal.portalId))
}

/** The same inside another verb's transaction. */
export async function readHubSpotMail(deps: Pick<Deps, 'settings'>, trx: Trx, portalId: number): Promise<HubSpotMail> {
  // Before the rest, so that it is never newer than that is.
  const revision = await readRevision(trx, portalId, { kind: 'hubspot_mail' })
  const state = await findMailSetting(trx, portalId)
  if (!state) throw new AppError('not_found', 'Stagecue is not connected to this account. Connect it first.')
  const { setting, scopes } = state
  const { optOuts, mails } = await countQueues(trx, portalId)
  const mayOptOut = hasScopes(scopes, OPT_OUT_SCOPES)
  const mayLog = hasScopes(scopes, MAIL_RECORD_SCOPES)
  const { subscriptionId = null, subscriptionName } = setting ?? {}
  return {
    subscription: subscriptionId === null ? null : { id: subscriptionId, name: subscriptionName ?? subscriptionId },
    writeOptOuts: setting?.writeOptOuts ?? 'off',
    logMails: setting?.logMails ?? false,
    optOuts: {
      permitted: mayOptOut,
      problem: mayOptOut ? (setting?.optOutsProblem ?? null) : OPT_OUTS_NOT_PERMITTED,
      waiting: optOuts.waiting,
      refused: optOuts.refused,
    },
    mails: {
      permitted: mayLog,
      problem: mayLog ? (setting?.logProblem ?? null) : RECORDS_NOT_PERMITTED,
      waiting: mails.waiting,
      refused: mails.refused,
      unknown: mails.unknown,
    },
    changedBy: setting?.changedBy ?? null,
    revision,
    connectUrl: `${deps.settings.publicUrl}/oauth/install?portalId=${portalId}`,
  }
}
