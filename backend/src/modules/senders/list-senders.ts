import type { PortalContext } from '#core/context.ts'
import type { Trx } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import { getConnectionFacts } from '#modules/installations/get-connection-facts.ts'
import { listRevisions } from '#modules/revisions/list-revisions.ts'
import { readRevision } from '#modules/revisions/read-revision.ts'
import { readSender } from '#modules/sender/get-sender.ts'
import type { Senders, SendingDomainRow } from '#shared/contract/sender.ts'
import { domainOf } from './domain-of.ts'
import { type DomainRecord, listDomains } from './domains-repository.ts'
import { listSenderRecords } from './repository.ts'
import { toSenderRow } from './to-sender-row.ts'

/** All senders of the account and their domains. `not_found` before connecting. */
export function listSenders(deps: Pick<Deps, 'db' | 'settings' | 'clock'>, portal: PortalContext): Promise<Senders> {
  return inPortal(deps.db, portal.portalId, (trx) => readSenders(deps, trx, portal.portalId))
}

/** The same inside another verb's transaction. */
export async function readSenders(
  deps: Pick<Deps, 'settings' | 'clock'>,
  trx: Trx,
  portalId: number,
): Promise<Senders> {
  const account = await readSender(deps, trx, portalId)
  const { timeZone } = await getConnectionFacts(trx, portalId)
  const { mailDomain } = deps.settings
  const moment = { now: deps.clock(), timeZone, mailDomain }
  // Before the senders: one that changes in between is then shown with too low a revision, whose change is refused.
  const revisionOf = await listRevisions(trx, portalId, 'sender')
  const capRevisionOf = await listRevisions(trx, portalId, 'domain_cap')
  const defaultRevision = await readRevision(trx, portalId, { kind: 'default_sender' })
  const senders = (await listSenderRecords(trx, portalId)).map((sender) => ({
    ...toSenderRow(sender, account, moment),
    revision: revisionOf(sender.id),
  }))
  const kept = new Map((await listDomains(trx, portalId)).map((domain) => [domain.domain, domain]))
  const used = new Set([mailDomain, ...senders.map(({ address }) => domainOf(address))])
  const domains = [...used].map((domain) => ({
    ...toDomainRow(domain, kept.get(domain)),
    revision: capRevisionOf(domain),
  }))
  return { senders, domains, defaultRevision }
}

function toDomainRow(domain: string, kept: DomainRecord | undefined): Omit<SendingDomainRow, 'revision'> {
  return {
    domain,
    passed: kept?.passed ?? false,
    findings: kept?.report ?? [],
    checkedAt: kept?.checkedAt?.toString() ?? null,
    dailyCap: kept?.dailyCap ?? 0,
  }
}
