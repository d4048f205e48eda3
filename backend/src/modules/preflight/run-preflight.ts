import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { describeSample } from '#modules/previews/describe-sample.ts'
import { fillValues } from '#modules/previews/fill-values.ts'
import { readSample, type SampleNames } from '#modules/previews/read-sample.ts'
import { getSequence } from '#modules/sequences/get-sequence.ts'
import { getMailFacts } from '#modules/steps/get-mail-facts.ts'
import { senderOf } from '#modules/steps/sender.ts'
import type { Preflight } from '#shared/contract/preflight.ts'
import { checkSequence } from './check-sequence.ts'
import type { ReadDomainFacts } from './read-domain-facts.ts'
import { senderFactsOf } from './sender-facts-of.ts'

/**
 * Looks at the saved draft of a sequence before it goes live, with the values of a real contact where one is named. Changes
 * nothing. Throws `not_found`, `invalid_input`, and as `HubSpot.call`.
 */
export async function runPreflight(
  deps: Pick<Deps, 'db' | 'hubspot' | 'settings'>,
  portal: PortalContext,
  sequenceId: string,
  asked: SampleNames,
  readDomain: ReadDomainFacts | undefined,
): Promise<Preflight> {
  const { portalId } = portal
  const { draft, revision } = await getSequence(deps, portal, sequenceId, { fields: [] })
  const facts = await inPortal(deps.db, portalId, (trx) => getMailFacts(trx, portalId))
  const sample = await readSample(deps, portal, asked)
  const values = sample && fillValues(sample, facts, senderOf(deps.settings, portalId, facts.portal))
  const domain = readDomain && (await inPortal(deps.db, portalId, (trx) => readDomain(trx, portalId)))
  const sender = senderFactsOf(deps.settings, portalId, facts)
  const findings = checkSequence({ definition: draft, sender, domain, values })
  return { revision, filledWith: describeSample(sample), findings }
}
