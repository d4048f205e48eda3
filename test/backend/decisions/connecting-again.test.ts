import { expect, test } from 'vitest'
import { systemSecrets } from '#core/ids.ts'
import type { HubSpotOAuth } from '#hubspot/oauth.ts'
import { completeInstall } from '#modules/installations/complete-install.ts'
import { disconnect } from '#modules/installations/disconnect.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'
import { openVault } from '#vault/open-vault.ts'

const world = useWorld(useDatabase())
/** Nobody is told: the portal has no tokens here. */
const oauth = {} as HubSpotOAuth

test('an entry that waited when the account was disconnected is decided after it is connected again', async () => {
  const given = await world.portal()
  await given.maps('demo', await given.hasSequence(), true, { dwellMinutes: 60 })
  const { dealId } = given.hasDeal('lead', ['ada@example.com'])
  world.passes({ minutes: 1 })
  given.moves(dealId, 'demo')
  await world.handlesEvents()
  expect((await given.decisions(dealId)).at(-1)).toMatchObject({ outcome: 'parked' })
  const { portalId } = given
  const portal = { portalId, actor: { kind: 'user', userId: '7', email: null }, requestId: 'r1' } as const
  await disconnect({ ...world.deps, oauth }, portal)
  world.passes({ hours: 3 })
  const vault = await openVault([{ kid: 'k1', key: systemSecrets(32) }])
  await completeInstall({ ...world.deps, vault }, portal, {
    accessToken: 'a',
    refreshToken: 'r',
    expiresInSeconds: 1800,
    scopes: [],
    accountName: null,
    uiDomain: 'app.hubspot.com',
    timeZone: null,
  })
  await world.handlesEvents()
  expect((await given.decisions(dealId)).at(-1)).toMatchObject({ outcome: 'not_enrolled', reason: 'before_connection' })
  expect(await given.enrollments(dealId)).toEqual([])
})
