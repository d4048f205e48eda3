import type { Trx } from '#db/database.ts'
import type { DomainFacts } from './check-sender.ts'

/** What is known of the domain that a portal's mails come from; undefined when nobody looked. */
export type ReadDomainFacts = (trx: Trx, portalId: number) => Promise<DomainFacts | undefined>
