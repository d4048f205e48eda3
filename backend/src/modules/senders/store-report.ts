import type { Trx } from '#db/database.ts'
import type { AskedDomain } from './ask-dns.ts'
import { listDomains, upsertReport } from './domains-repository.ts'

/** Keeps what the DNS said. A DNS that did not answer takes nothing back that it said before. */
export async function storeReport(trx: Trx, portalId: number, asked: AskedDomain): Promise<void> {
  const { uncertain, proofUncertain, ...checked } = asked
  const before = (await listDomains(trx, portalId)).find(({ domain }) => domain === asked.domain)
  await upsertReport(trx, portalId, {
    ...checked,
    passed: asked.passed || (uncertain && (before?.passed ?? false)),
    proven: asked.proven || (proofUncertain && (before?.proven ?? false)),
  })
}
