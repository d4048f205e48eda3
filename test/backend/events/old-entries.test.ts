import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { getDealCard } from '#modules/deal-card/get-deal-card.ts'
import { listEvents } from '#modules/event-log/list-events.ts'
import { rerunEvent } from '#modules/event-log/rerun-event.ts'
import { getConnection } from '#modules/installations/get-connection.ts'
import { getSettings } from '#modules/settings/get-settings.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)

type Portal = Awaited<ReturnType<typeof world.portal>>

const setStatus = ({ portalId }: Portal, status: 'connected' | 'inactive', connectedAt?: Temporal.Instant) =>
  inPortal(database.db, portalId, (trx) =>
    trx
      .updateTable('installations')
      .set({ status, ...(connectedAt && { connectedAt }) })
      .where('portalId', '=', portalId)
      .execute(),
  )

/** What HubSpot tells while the account is inactive waits; then so many hours pass, and somebody connects again. */
async function away(portal: Portal, tell: () => void, hours: number) {
  await setStatus(portal, 'inactive')
  tell()
  await world.handlesEvents()
  world.passes({ hours })
  await setStatus(portal, 'connected')
  await world.handlesEvents()
}

const findings = async ({ portalId }: Portal) =>
  (await getSettings(world.deps, person(portalId), getConnection)).health?.findings ?? []

async function mapped(rules: Parameters<Portal['maps']>[3] = {}) {
  const portal = await world.portal()
  await portal.maps('demo', await portal.hasSequence(), true, rules)
  return portal
}

test('after a week without a connection nobody is enrolled for what happened meanwhile, until an admin runs it again', async () => {
  const portal = await mapped()
  let dealId = ''
  await away(portal, () => ({ dealId } = portal.hasDeal('demo', ['ada@example.com'])), 24 * 7)
  expect(await portal.enrollments(dealId)).toEqual([])
  expect((await portal.decisions(dealId)).map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['not_enrolled', 'too_old'],
  ])
  const asked = person(portal.portalId)
  const { decisions } = await getDealCard(world.deps, asked, dealId, async () => true)
  expect(decisions[0]).toMatchObject({
    sentence: 'Nobody was enrolled when the deal entered demo: it was heard of more than a day late.',
    nearestChange: 'An admin can re-run its event in the settings, or start the sequence from the deal card.',
    trace: expect.arrayContaining([
      expect.objectContaining({ condition: 'It was heard of in time', actual: '168 hours after it', passed: false }),
    ]),
  })
  expect((await findings(portal)).find(({ code }) => code === 'entries_too_old')?.message).toMatch(
    /^Stagecue heard of 1 stage change/,
  )
  const { events } = await listEvents(world.deps, asked, {})
  const [old, ...others] = events.filter(({ tooOld }) => tooOld)
  expect(others).toEqual([])

  await rerunEvent(world.deps, asked, old?.eventId ?? '', { idempotencyKey: newKey() })
  await world.handlesEvents()
  expect(await portal.enrollments(dealId)).toHaveLength(1)
  expect((await findings(portal)).map(({ code }) => code)).not.toContain('entries_too_old')
  expect((await portal.activities(dealId)).filter((kind) => kind === 'deal.entered_stage')).toHaveLength(1)
  // Once: it is no longer one that may be run again.
  await expect(rerunEvent(world.deps, asked, old?.eventId ?? '', { idempotencyKey: newKey() })).rejects.toThrow(
    'was processed',
  )
})

test('what waited less than a day enrolls as ever, and one that no stage is mapped for is not counted', async () => {
  const portal = await mapped()
  let late = ''
  await away(portal, () => ({ dealId: late } = portal.hasDeal('demo', ['ada@example.com'])), 23)
  expect(await portal.enrollments(late)).toHaveLength(1)
  let unmapped = ''
  await away(portal, () => ({ dealId: unmapped } = portal.hasDeal('lead', ['bob@example.com'])), 48)
  expect((await portal.decisions(unmapped)).map(({ reason }) => reason)).toEqual(['no_mapping'])
  expect((await findings(portal)).map(({ code }) => code)).not.toContain('entries_too_old')
})

test('time in the stage counts from its end: three days of it make nothing old, three days and a week do', async () => {
  const portal = await mapped({ dwellMinutes: 3 * 24 * 60 })
  const { dealId: soon } = portal.hasDeal('demo', ['ada@example.com'])
  await world.handlesEvents()
  world.passes({ hours: 73 })
  await world.handlesEvents()
  expect(await portal.enrollments(soon)).toHaveLength(1)
  const { dealId: late } = portal.hasDeal('demo', ['bob@example.com'])
  await world.handlesEvents()
  await away(portal, () => {}, 24 * 7)
  expect(await portal.enrollments(late)).toEqual([])
  expect((await portal.decisions(late)).at(-1)?.reason).toBe('too_old')
})

test('a deal that waits for a contact waits as long as it takes; a contact who came a week ago came too late', async () => {
  const portal = await mapped()
  const [first, second] = [portal.hasDeal('demo').dealId, portal.hasDeal('demo').dealId]
  await world.handlesEvents()
  world.passes({ hours: 24 * 30 })
  world.sandbox.associate(portal.portalId, first, portal.hasContact('ada@example.com'))
  await world.handlesEvents()
  expect(await portal.enrollments(first)).toHaveLength(1)
  await away(
    portal,
    () => world.sandbox.associate(portal.portalId, second, portal.hasContact('bob@example.com')),
    24 * 7,
  )
  expect(await portal.enrollments(second)).toEqual([])
  expect((await portal.decisions(second)).at(-1)?.reason).toBe('too_old')
})

test('a contact who came with the entry, and of whom we hear a week later, came too late; those enrolled in time stay', async () => {
  const portal = await mapped()
  const { dealId } = portal.hasDeal('demo', ['ada@example.com'])
  await world.handlesEvents()
  expect(await portal.enrollments(dealId)).toHaveLength(1)
  world.passes({ minutes: 5 })
  const late = portal.hasContact('bob@example.com')
  await away(portal, () => world.sandbox.associate(portal.portalId, dealId, late), 24 * 7)
  expect(await portal.enrollments(dealId)).toHaveLength(1)
  expect((await portal.decisions(dealId)).map(({ reason, contactId }) => [reason, contactId]).at(-1)).toEqual([
    'too_old',
    late,
  ])
  expect((await findings(portal)).map(({ code }) => code)).not.toContain('entries_too_old')
})

test('of an account that was disconnected and connected again nothing from before enrolls, at any age', async () => {
  const portal = await mapped()
  let dealId = ''
  await setStatus(portal, 'inactive')
  dealId = portal.hasDeal('demo', ['ada@example.com']).dealId
  await world.handlesEvents()
  world.passes({ hours: 1 })
  await setStatus(portal, 'connected', world.clock.read())
  await world.handlesEvents()
  expect((await portal.decisions(dealId)).map(({ reason }) => reason)).toEqual(['before_connection'])
})
