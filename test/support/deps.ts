import { systemIds, systemSecrets } from '#core/ids.ts'
import { LEASES } from '#core/leases.ts'
import { silentLog } from '#core/log.ts'
import { noMetrics } from '#core/metrics.ts'
import type { Vault } from '#core/vault.ts'
import type { Database } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { Deps } from '#deps'
import type { HubSpot } from '#hubspot/hubspot.ts'
import type { Mailer } from '#mail/mailer.ts'

/** A clock that only a test moves. */
export class TestClock {
  #now = Temporal.Instant.from('2026-11-23T09:00:00Z')
  readonly read = () => this.#now
  passes(duration: Temporal.DurationLike): void {
    this.#now = this.#now.add(Temporal.Duration.from(duration))
  }
}

function missing(what: string): never {
  throw new Error(`this test uses ${what} but gave none to makeDeps`)
}

/** Deps for a verb test: real database, the test's clock; what is not given throws when used. */
export function makeDeps(
  given: { db: Database; clock: TestClock } & Partial<
    Pick<Deps, 'hubspot' | 'mailer' | 'ownServers' | 'ownMailboxes' | 'dns' | 'vault' | 'settings' | 'log' | 'metrics'>
  >,
): Deps {
  const hubspot: HubSpot = { call: async () => missing('HubSpot'), close: async () => {} }
  const mailer: Mailer = {
    send: async () => missing('the mailer'),
    check: async () => undefined,
    close: async () => {},
  }
  const vault: Vault = {
    seal: async () => missing('the vault'),
    open: async () => missing('the vault'),
    signLink: async () => missing('the vault'),
    signAddress: () => missing('the vault'),
    signBounce: () => missing('the vault'),
    openBounce: () => missing('the vault'),
    signTrack: () => missing('the vault'),
    openTrack: () => missing('the vault'),
    openLink: async () => missing('the vault'),
    digest: () => missing('the vault'),
  }
  return {
    ids: systemIds,
    random: () => 0.5,
    secrets: systemSecrets,
    sleep: async () => {},
    log: silentLog,
    metrics: noMetrics,
    leases: LEASES,
    stopping: new AbortController().signal,
    vault,
    hubspot,
    mailer,
    ownServers: { refusal: () => undefined, send: async () => missing('a sender’s own server'), close: async () => {} },
    ownMailboxes: { refusal: () => undefined, open: async () => missing('a sender’s mailbox') },
    dns: {
      txt: async () => missing('the DNS'),
      mx: async () => missing('the DNS'),
      addresses: async () => missing('the DNS'),
    },
    settings: {
      publicUrl: 'https://app.example.com',
      mailDomain: 'mail.example.com',
      dkimKeys: [],
      readsMail: true,
      appId: '42',
      scopes: ['oauth', 'crm.objects.deals.read', 'crm.objects.contacts.read', 'timeline'],
    },
    ...given,
    clock: given.clock.read,
  }
}

let lastPortal = 1000

/** A connected portal nobody else in this file uses. */
export async function newPortal(
  db: Database,
  clock: TestClock,
  status: 'connected' | 'inactive' | 'disconnected' = 'connected',
): Promise<number> {
  const portalId = ++lastPortal
  const now = clock.read()
  await inPortal(db, portalId, (trx) =>
    trx
      .insertInto('installations')
      .values({
        portalId,
        status,
        statusReason: null,
        statusAt: now,
        accountName: `portal-${portalId}.example`,
        uiDomain: 'app.hubspot.com',
        timeZone: 'Europe/Berlin',
        scopes: ['oauth'],
        connectedAt: now,
        connectedByUserId: '7',
        connectedByEmail: 'admin@example.com',
        fromName: null,
        replyTo: null,
        postalAddress: null,
        pipelinesRefreshedAt: null,
      })
      .execute(),
  )
  return portalId
}
