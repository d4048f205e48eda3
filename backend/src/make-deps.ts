import type { Config } from '#config'
import { systemClock, systemSleep } from '#core/clock.ts'
import { systemDns } from '#core/dns.ts'
import { systemIds, systemRandom, systemSecrets } from '#core/ids.ts'
import { LEASES } from '#core/leases.ts'
import type { Log } from '#core/log.ts'
import type { Deps } from '#deps'
import { createHubSpotClient } from '#hubspot/client.ts'
import { createHubSpotOAuth, type HubSpotOAuth } from '#hubspot/oauth.ts'
import { createRequestLog, type RequestLog } from '#hubspot/request-log.ts'
import { createOwnMailboxes } from '#mail/own-mailboxes.ts'
import { createOwnServers } from '#mail/own-servers.ts'
import { mayReachPublic, mayReadPublic } from '#mail/reach-server.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { createTokens } from '#modules/installations/create-tokens.ts'
import { openMetrics } from '#observe/open-metrics.ts'
import { openVault } from '#vault/open-vault.ts'
import type { Connections } from './open-connections.ts'

/** What the product requires of HubSpot; the same list is in hubspot-project/app/app-hsmeta.json, and a test compares them. */
export const SCOPES = ['oauth', 'crm.objects.contacts.read', 'crm.objects.deals.read', 'timeline'] as const

export interface MadeDeps {
  readonly deps: Deps
  readonly oauth: HubSpotOAuth
  readonly requestLog: RequestLog
  close(): Promise<void>
}

/** Builds everything that verbs need from the settings. */
export async function makeDeps(
  config: Config,
  connections: Connections,
  log: Log,
  running: Pick<Deps, 'leases' | 'stopping' | 'clock'> = {
    leases: LEASES,
    stopping: new AbortController().signal,
    clock: systemClock,
  },
): Promise<MadeDeps> {
  const { db } = connections
  const { clock } = running
  const edges = { clock, ids: systemIds, random: systemRandom, secrets: systemSecrets, sleep: systemSleep }
  const metrics = openMetrics()
  const vault = await openVault(config.tokenKeys)
  const { apiUrl, clientId, clientSecrets } = config.hubspot
  const oauth = createHubSpotOAuth({ apiUrl, clientId, clientSecret: clientSecrets[0], clock: edges.clock })
  const requestLog = createRequestLog({ db, ids: edges.ids })
  const tokens = createTokens({ ...edges, db, vault, metrics, log, oauth })
  const hubspot = createHubSpotClient({ ...edges, apiUrl, db, metrics, requestLog, tokens })
  const mailer = createSmtpMailer({ url: config.smtpUrl, sleep: edges.sleep, soon: setImmediate })
  // A person waits for the answer behind HubSpot's proxy, which gives up after 15 seconds.
  const dns = systemDns({ timeoutMs: 1_500 })
  const ownServers = createOwnServers({ dns, mayReach: mayReachPublic, sleep: edges.sleep, soon: setImmediate })
  const deps: Deps = {
    ...edges,
    db,
    log,
    metrics,
    vault,
    hubspot,
    mailer,
    ownServers,
    ownMailboxes: createOwnMailboxes({ dns, mayReach: mayReadPublic, sleep: edges.sleep }),
    dns,
    settings: {
      publicUrl: config.publicUrl,
      mailDomain: config.mailDomain,
      dkimKeys: config.dkimKeys,
      // A request to unsubscribe that nobody reads would be lost.
      readsMail: config.imap !== undefined || config.inboundSecret !== undefined,
      appId: config.hubspot.appId,
      scopes: SCOPES,
    },
    ...running,
  }
  return {
    deps,
    oauth,
    requestLog,
    async close() {
      await Promise.all([hubspot.close(), oauth.close(), mailer.close(), ownServers.close()])
    },
  }
}
