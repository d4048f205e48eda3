import { mergeRecords } from '#test/sandbox/hubspot/removals.ts'
import { findRecord } from '#test/sandbox/hubspot/state.ts'
import type { World } from './world.ts'

/** A merge in HubSpot of which no webhook tells until `tell`; `asNew`: what stays gets another id. */
export function mergeUntold(
  { sandbox, clock }: World,
  portalId: number,
  type: 'deals' | 'contacts',
  { stays, goes, asNew = false }: { stays: string; goes: string; asNew?: boolean },
): { into: string; tell(): void } {
  const portal = sandbox.state.portals.get(portalId)
  const [winner, loser] = portal ? [findRecord(portal, type, stays), findRecord(portal, type, goes)] : []
  if (!portal || !winner || !loser) throw new Error('the sandbox has no such records')
  const by = { sourceType: 'CRM_UI', sourceId: 'userId:7' }
  const facts = mergeRecords(portal, winner, loser, by, clock.read().epochMilliseconds, asNew)
  return { into: findRecord(portal, type, stays)?.id ?? '', tell: () => sandbox.webhooks.announce(facts) }
}
