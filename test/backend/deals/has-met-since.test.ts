import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { hadMeeting } from '#modules/deals/had-meeting.ts'
import { hasMetSince } from '#modules/deals/has-met-since.ts'
import { readSendFacts } from '#modules/deals/read-send-facts.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)

const at = (day: number) => Temporal.Instant.from(`2026-11-${String(day).padStart(2, '0')}T09:00:00Z`)
const none = { bookedAt: null, meetingAt: null }

test.each([
  ['nothing', none, none, false],
  ['a booking since', { bookedAt: at(11), meetingAt: null }, none, true],
  ['a booking before', { bookedAt: at(9), meetingAt: null }, { bookedAt: at(9), meetingAt: null }, false],
  [
    'a booking that HubSpot dates later, known before',
    { bookedAt: at(12), meetingAt: null },
    { bookedAt: at(12), meetingAt: null },
    false,
  ],
  ['a meeting planned since', { bookedAt: null, meetingAt: at(20) }, none, true],
  ['a meeting planned before', { bookedAt: null, meetingAt: at(20) }, { bookedAt: null, meetingAt: at(20) }, false],
  [
    'a later meeting than the one planned before',
    { bookedAt: null, meetingAt: at(21) },
    { bookedAt: null, meetingAt: at(20) },
    true,
  ],
  ['an old meeting that was logged since', { bookedAt: null, meetingAt: at(5) }, none, false],
  ['a meeting, but nobody knows what was known', { bookedAt: null, meetingAt: at(20) }, undefined, false],
  ['a booking, but nobody knows what was known', { bookedAt: at(11), meetingAt: null }, undefined, true],
])('%s', (_what, told, known, expected) => {
  expect(hadMeeting(told, { since: at(10), known })).toBe(expected)
})

test('asks what was kept of the deal and of the contact', async () => {
  const portal = await world.portal()
  const { dealId, contactIds } = portal.hasDeal('demo', ['met@since.example'])
  const pair = { dealId, contactId: contactIds[0] ?? '' }
  const since = world.clock.read()
  const asks = () =>
    inPortal(database.db, portal.portalId, (trx) =>
      hasMetSince(trx, portal.portalId, { ...pair, since, known: { bookedAt: null, meetingAt: null } }),
    )
  await readSendFacts(world.deps, portal.portalId, [pair])
  expect(await asks()).toBe(false)
  world.passes({ minutes: 1 })
  const booked = { engagements_last_meeting_booked: world.clock.read().toString() }
  world.sandbox.updateRecord(portal.portalId, 'deals', dealId, booked)
  await readSendFacts(world.deps, portal.portalId, [pair])
  expect(await asks()).toBe(true)
})
