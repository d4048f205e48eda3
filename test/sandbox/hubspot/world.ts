import type { Clock } from '#core/clock.ts'
import type { AppProject } from '../project.ts'
import type { Faults } from './faults.ts'
import type { Journal } from './journal.ts'
import type { Limits } from './limits.ts'
import type { Tokens } from './tokens.ts'
import type { Fact, Portal, Source } from './types.ts'

export type ChangeKind = 'deal' | 'mail' | 'timeline' | 'install' | 'clock'

/** Everything the stand-in's handlers work on. */
export interface World {
  readonly clock: Clock
  readonly portals: Map<number, Portal>
  readonly app: {
    readonly appId: number
    readonly clientId: string
    readonly clientSecret: string
    readonly name: string
  }
  readonly project: AppProject
  readonly tokens: Tokens
  readonly journal: Journal
  readonly faults: Faults
  readonly limits: Limits
  /** How far the search index lags behind the records, in ms (HubSpot docs: seconds or more). */
  readonly searchLagMs: number
  /** Hands facts to webhooks, pages and the state file. */
  readonly emit: (facts: readonly Fact[]) => void
  /** Tells the pages and the state file that something changed which is not a fact. */
  readonly changed: (kind: ChangeKind, portalId?: number) => void
}

export const now = (world: Pick<World, 'clock'>) => world.clock().epochMilliseconds

/** The app as the author of a change. */
export const byApp = (world: World): Source => ({ sourceType: 'INTEGRATION', sourceId: String(world.app.appId) })

/** A person in HubSpot as the author of a change. */
export const byUser = (portal: Portal): Source => ({
  sourceType: 'CRM_UI',
  sourceId: `userId:${portal.users[0]?.id ?? 0}`,
})
