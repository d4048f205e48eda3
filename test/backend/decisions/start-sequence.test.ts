import { expect, test } from 'vitest'
import type { Deps } from '#deps'
import type { HubSpotOAuth } from '#hubspot/oauth.ts'
import { startSequence } from '#modules/decisions/start-sequence.ts'
import { disconnect } from '#modules/installations/disconnect.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const world = useWorld(useDatabase())
/** Nobody is told: the portal has no tokens here. */
const oauth = {} as HubSpotOAuth

test('a sequence that a rep starts while an admin disconnects does not begin', async () => {
  const portal = await world.portal()
  const sequenceId = await portal.hasSequence()
  const { dealId, contactIds } = portal.hasDeal('demo', ['ada@example.com'])
  const person = {
    portalId: portal.portalId,
    actor: { kind: 'user', userId: '7', email: null },
    requestId: 'r1',
  } as const
  const deps: Deps = {
    ...world.deps,
    hubspot: {
      ...world.deps.hubspot,
      async call(portalId, call) {
        const answer = await world.deps.hubspot.call(portalId, call)
        if (call.path.includes('/contacts/batch/read') && call.family === 'crm') {
          await disconnect({ ...world.deps, oauth }, person)
        }
        return answer
      },
    },
  }
  const input = { sequenceId, contactIds, idempotencyKey: 'start-at-once' }
  await expect(startSequence(deps, person, dealId, input)).rejects.toMatchObject({ code: 'installation_revoked' })
  expect(await portal.enrollments(dealId)).toEqual([])
})
