import type { Trx } from '#db/database.ts'
import type { Deps } from '#deps'
import { refuseWrongMails } from '#modules/preflight/refuse-wrong-mails.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { refuseUnknownPlaces } from './check-acts.ts'
import { checkPublishable } from './check-definition.ts'
import type { TemplateTools } from './template-tools.ts'

/**
 * Refuses a definition that may not go live, whether it is published, submitted for it or only asked about. Throws
 * `invalid_input` or `template_invalid`, naming the step.
 */
export async function refuseUnready(
  deps: Pick<Deps, 'settings'>,
  trx: Trx,
  portalId: number,
  definition: SequenceDefinition,
  tools: Pick<TemplateTools, 'check' | 'readDomain'>,
): Promise<void> {
  checkPublishable(definition, tools)
  await refuseUnknownPlaces(trx, portalId, definition)
  await refuseWrongMails(deps, trx, portalId, definition, tools.readDomain)
}
