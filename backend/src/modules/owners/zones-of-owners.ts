import type { HubSpotOwner } from '#hubspot/owners.ts'
import type { UserZone } from '#hubspot/users.ts'

/** The time zone of each owner, by owner id: of the user that names the owner, else of the user the owner names. Pure. */
export function zonesOfOwners(
  owners: readonly Pick<HubSpotOwner, 'ownerId' | 'userId'>[],
  users: readonly UserZone[],
): ReadonlyMap<string, string> {
  const byOwner = new Map(users.map(({ ownerId, timeZone }) => [ownerId, timeZone]))
  const byUser = new Map(users.map(({ userId, timeZone }) => [userId, timeZone]))
  return new Map(
    owners.flatMap(({ ownerId, userId }) => {
      const timeZone = byOwner.get(ownerId) ?? (userId === null ? undefined : byUser.get(userId))
      return timeZone === undefined ? [] : [[ownerId, timeZone] as const]
    }),
  )
}
