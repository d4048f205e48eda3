import type { FastifyPluginAsync } from 'fastify'
import type { Clock, Sleep } from '#core/clock.ts'
import type { Random } from '#core/ids.ts'
import type { Actions } from './actions.ts'
import type { ClockControl } from './clock-control.ts'
import type { Change } from './desk.ts'
import type { Faults } from './hubspot/faults.ts'
import type { FetchProxy } from './hubspot/fetch-proxy.ts'
import type { Journal } from './hubspot/journal.ts'
import type { LimitNumbers } from './hubspot/limits.ts'
import type { Portal } from './hubspot/types.ts'
import type { WebhookBehavior, Webhooks } from './hubspot/webhooks.ts'
import type { MailCatcher } from './mail/catcher.ts'
import type { SandboxMailbox } from './mail/mailbox.ts'
import type { AppProject, Subscription } from './project.ts'
import type { TokenDesk } from './token-desk.ts'

export interface SandboxOptions {
  /** 0, a free one, unless told. */
  readonly port?: number
  readonly smtpPort?: number
  /** The app's public origin; webhooks and card calls are signed for it. */
  readonly appUrl: string
  /** Where the app really listens, when that is not `appUrl`. */
  readonly appTarget?: string
  readonly clientId: string
  readonly clientSecret: string
  readonly appId: number
  readonly clock?: Clock
  /** Moves `clock`; with it the pages show the time and can move it forward. */
  readonly clockControl?: ClockControl
  /** For pauses that belong to HubSpot (retries, delays); network time limits always run in real time. */
  readonly sleep?: Sleep
  readonly random?: Random
  /** The HubSpot project to read subscriptions, scopes, event types and extensions from. */
  readonly projectDir?: string
  /** Instead of those in the project. */
  readonly subscriptions?: readonly Omit<Subscription, 'bucket'>[]
  readonly scopes?: Partial<AppProject['scopes']>
  readonly redirectUrls?: readonly string[]
  readonly permittedUrls?: readonly string[]
  /** False switches rate limits off. */
  readonly limits?: Partial<LimitNumbers> | false
  /** Refresh tokens change at every refresh, and using an old one revokes the grant. */
  readonly rotate?: boolean
  /** How far search lags behind, ms; 0 unless told. */
  readonly searchLagMs?: number
  readonly webhooks?: Partial<WebhookBehavior> & {
    /** Pause before the first retry, ms; 84 000 spreads ten retries over about a day, as HubSpot does. */
    readonly retryBase?: number
    /** 5000 unless told. */
    readonly timeoutMs?: number
    readonly legacyShapes?: boolean
  }
  /** Built extension bundles, served as `/bundles/<entry>.js`. */
  readonly bundlesDir?: string
  readonly portals?: (at: number) => Portal[]
  /** Keeps portals, installations and mails in this file. */
  readonly stateFile?: string
  readonly journalLimit?: number
  readonly smtpAuth?: { readonly user: string; readonly pass: string }
  /** Serves the pages; registered on the same origin. */
  readonly pages?: FastifyPluginAsync<{ sandbox: Sandbox }>
}

export interface Sandbox extends Actions {
  readonly url: string
  readonly port: number
  readonly mail: MailCatcher
  /** The operator's mailbox over IMAP, and answers to caught mails. */
  readonly mailbox: SandboxMailbox
  readonly state: { readonly portals: ReadonlyMap<number, Portal> }
  readonly faults: Faults
  readonly journal: Journal
  readonly webhooks: Webhooks
  readonly tokens: TokenDesk
  readonly fetchProxy: FetchProxy
  readonly project: AppProject
  /** Installs the app without a consent page; gives the tokens. */
  install(portalId: number, scopes?: readonly string[]): { accessToken: string; refreshToken: string }
  /** What a customer does in Connected apps: tokens die, webhooks stop, nobody is told. */
  uninstall(portalId: number): void
  /** Says where the app really listens, for tests that start it after the sandbox. */
  pointAt(appTarget: string): void
  /** Adds a portal, for tests that need their own. */
  addPortal(portal: Portal): void
  /** Signs a request as HubSpot would, with the headers it would carry. */
  sign(
    request: { method: string; url: string; body?: string; timestamp?: number },
    older?: 'v1' | 'v2',
  ): Record<string, string>
  /** Tells whenever something changed; gives back a function that stops it. */
  onChange(listener: (change: Change) => void): () => void
  stop(): Promise<void>
}
