import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { refuseWrongMails } from '#modules/preflight/refuse-wrong-mails.ts'
import { refuseRedScenarios } from '#modules/scenarios/refuse-red-scenarios.ts'
import { requireSendableDomain } from '#modules/senders/require-sendable-domain.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { refuseUnknownPlaces } from './check-acts.ts'
import { checkPublishable } from './check-definition.ts'
import type { TemplateTools } from './template-tools.ts'

export interface DefinitionToPublish {
  /** Null: a sequence that is not there yet. */
  readonly sequenceId: string | null
  readonly definition: SequenceDefinition
}

/**
 * Refuses a definition that may not go live, whether it is published, submitted for it or only asked about. Throws
 * `invalid_input` or `template_invalid`, naming the step, and `conflict` while the domain mails would come from is not ready or
 * one of the sequence's scenarios is red. Call `refreshDefaultDomain` before, outside of the transaction.
 */
export async function refuseUnready(
  deps: Pick<Deps, 'clock' | 'settings'>,
  trx: Trx,
  portalId: number,
  { sequenceId, definition }: DefinitionToPublish,
  tools: Pick<TemplateTools, 'check'>,
): Promise<void> {
  checkPublishable(definition, tools)
  await requireSendableDomain(deps, trx, portalId)
  await refuseUnknownPlaces(trx, portalId, definition)
  await refuseWrongMails(deps, trx, portalId, definition)
  if (sequenceId !== null) await refuseRedScenarios(trx, portalId, { sequenceId, definition })
}
