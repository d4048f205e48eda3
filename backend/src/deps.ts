import type { Clock, Sleep } from '#core/clock.ts'
import type { Dns } from '#core/dns.ts'
import type { Ids, Random, Secrets } from '#core/ids.ts'
import type { Leases } from '#core/leases.ts'
import type { Log } from '#core/log.ts'
import type { Metrics } from '#core/metrics.ts'
import type { Vault } from '#core/vault.ts'
import type { Database } from '#db/database.ts'
import type { HubSpot } from '#hubspot/hubspot.ts'
import type { Mailer } from '#mail/mailer.ts'
import type { OwnMailboxes } from '#mail/own-mailboxes.ts'
import type { OwnServers } from '#mail/own-servers.ts'
import type { DkimKey } from '#mail/read-dkim-key.ts'

/** Everything a verb may need from outside, as one argument. Made in `main.ts`; a test makes its own. */
export interface Deps {
  readonly db: Database
  readonly clock: Clock
  readonly ids: Ids
  readonly random: Random
  readonly secrets: Secrets
  readonly sleep: Sleep
  readonly log: Log
  readonly metrics: Metrics
  /** Seals what must not be readable in the database and signs what leaves in links. */
  readonly vault: Vault
  readonly hubspot: HubSpot
  /** The installation's mail server. */
  readonly mailer: Mailer
  /** The mail servers of senders that have one of their own. */
  readonly ownServers: OwnServers
  /** The mailboxes of senders, where answers arrive. */
  readonly ownMailboxes: OwnMailboxes
  readonly dns: Dns
  readonly settings: AppSettings
  readonly leases: Leases
  /** Aborts when this process is asked to stop: what was claimed and not begun is given back at once. */
  readonly stopping: AbortSignal
}

/** The settings that verbs need; `config.ts` validates them. */
export interface AppSettings {
  /** Public origin, without a trailing slash: what signatures and links are computed with. */
  readonly publicUrl: string
  /** Domain of Message-IDs, of the accounts' own from addresses, and of bounce addresses. */
  readonly mailDomain: string
  /** One per sending domain at most; mails of a domain without one are not signed here. */
  readonly dkimKeys: readonly DkimKey[]
  /** Whether mail to `mailDomain` is read: only then may a mail name an address to unsubscribe at. */
  readonly readsMail: boolean
  readonly appId: string
  /** Scopes the app asks for on install. */
  readonly scopes: readonly string[]
}
