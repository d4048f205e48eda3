import type { PortalContext } from '#core/context.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { describeSample } from '#modules/previews/describe-sample.ts'
import { fillValues } from '#modules/previews/fill-values.ts'
import { readSample, type SampleNames } from '#modules/previews/read-sample.ts'
import { writerOf } from '#modules/previews/writer-of.ts'
import { refreshDefaultDomain } from '#modules/senders/refresh-default-domain.ts'
import { getSequence } from '#modules/sequences/get-sequence.ts'
import { getMailFacts } from '#modules/steps/get-mail-facts.ts'
import type { Preflight } from '#shared/contract/preflight.ts'
import { checkSequence } from './check-sequence.ts'
import type { ReadDomainFacts } from './read-domain-facts.ts'
import { senderFactsOf } from './sender-facts-of.ts'

/**
 * Looks at the saved draft of a sequence before it goes live, with the values of a real contact where one is named. Changes
 * nothing, but asks the DNS where publishing would, and keeps its answer. Throws `not_found`, `invalid_input`, and as `HubSpot.call`.
 */
export async function runPreflight(
  deps: Pick<Deps, 'clock' | 'db' | 'dns' | 'hubspot' | 'settings'>,
  portal: PortalContext,
  sequenceId: string,
  asked: SampleNames,
  readDomain: ReadDomainFacts | undefined,
): Promise<Preflight> {
  const { portalId } = portal
  const { draft, revision } = await getSequence(deps, portal, sequenceId, { fields: [] })
  const facts = await inPortal(deps.db, portalId, (trx) => getMailFacts(deps, trx, portalId))
  const sample = await readSample(deps, portal, asked)
  const values = sample && fillValues(sample, facts, writerOf(deps.settings, portalId, facts, sample).sender)
  if (readDomain) await refreshDefaultDomain(deps, portal)
  const domain = readDomain && (await inPortal(deps.db, portalId, (trx) => readDomain(trx, portalId)))
  const sender = senderFactsOf(deps.settings, portalId, facts)
  const findings = checkSequence({ definition: draft, sender, domain, values })
  return { revision, filledWith: describeSample(sample), findings }
}
