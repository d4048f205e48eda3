import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { refuseWrongMails } from '#modules/preflight/refuse-wrong-mails.ts'
import { refuseRedScenarios, type TriedDefinition } from '#modules/scenarios/refuse-red-scenarios.ts'
import { requireSendableDomain } from '#modules/senders/require-sendable-domain.ts'
import { refuseUnknownPlaces } from './check-acts.ts'
import { checkPublishable } from './check-definition.ts'
import type { TemplateTools } from './template-tools.ts'

/**
 * Refuses a definition that may not go live, whether it is published, submitted for it or only asked about. Throws
 * `invalid_input` or `template_invalid`, naming the step, and `conflict` while the domain mails would come from is not ready or
 * one of the sequence's scenarios is red. Call `refreshDefaultDomain` before, outside of the transaction.
 */
export async function refuseUnready(
  deps: Pick<Deps, 'clock' | 'settings'>,
  trx: Trx,
  portalId: number,
  tried: TriedDefinition,
  tools: Pick<TemplateTools, 'check'>,
): Promise<void> {
  const { definition } = tried
  checkPublishable(definition, tools)
  await requireSendableDomain(deps, trx, portalId)
  await refuseUnknownPlaces(trx, portalId, definition)
  await refuseWrongMails(deps, trx, portalId, definition)
  await refuseRedScenarios(trx, portalId, tried)
}
