import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import { inPortal } from '#db/in-portal.ts'
import { recordActivity } from '#modules/activity/record-activity.ts'
import { saveMapping } from '#modules/mappings/save-mapping.ts'
import type { Branch, EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import { hasDeal, hasSequence, newKey } from '#test/support/configured-portal.ts'
import { useWorlds } from './use-worlds.ts'

const { db, world, enrolledWorld } = useWorlds()

test('the card shows deal, contacts, enrollment with its next moment, and what may be started', async () => {
  const { clock, deps, portal, card, sequence, id } = await enrolledWorld()
  const stage = { pipelineId: 'sales', stageId: 'booked', sequenceId: sequence.id, active: true }
  await saveMapping(deps, portal, { ...stage, idempotencyKey: newKey() })
  expect(await card()).toMatchObject({
    connection: 'connected',
    connectionMessage: null,
    deal: {
      dealId: '124',
      name: 'Big deal',
      pipelineLabel: 'Sales',
      stageLabel: 'Demo scheduled',
      stageStarts: 'Entering this stage starts “Demo follow-up”.',
    },
    contacts: [
      {
        contactId: '51',
        name: 'Ada Lovelace',
        email: 'ada51@example.com',
        blocked: null,
        enrollments: [
          {
            id,
            sequenceName: 'Demo follow-up',
            status: 'active',
            step: 'Step 1 of 3: e-mail “Looking forward”',
            nextSendAt: clock.read().toString(),
            why: "Mon 23 Nov 2026, 10:00 (Europe/Berlin, the account's time zone). Due as soon as the step is reached.",
            attention: null,
            canPause: true,
            canResume: false,
            canStop: true,
          },
        ],
      },
    ],
    sequences: [{ id: sequence.id, name: 'Demo follow-up', steps: 3 }],
    activity: [{ text: 'Ada Lovelace was enrolled in Demo follow-up by hand', by: 'person', who: 'admin@example.com' }],
    working: true,
  })
})

test('a stage whose rules lead elsewhere does not promise the sequence it is mapped to', async () => {
  const { deps, portal, card, sequence } = await enrolledWorld()
  const other = await hasSequence(deps, portal, { name: 'Large deals' })
  const condition = { subject: 'deal', property: 'amount', operator: 'is_known' } as const
  const branch: Branch = { name: 'Large', when: { match: 'all', items: [condition] }, sequenceId: other.id }
  const policy: EnrollmentPolicy = { ...DEFAULT_POLICY, branches: [branch], otherwise: 'nobody' }
  const stage = { pipelineId: 'sales', stageId: 'booked', sequenceId: sequence.id, active: true }
  await saveMapping(deps, portal, { ...stage, policy, idempotencyKey: newKey() })
  expect((await card()).deal.stageStarts).toBe(
    'Entering this stage may start “Large deals”, by the rules of its mapping.',
  )
})

test('a stage is called by its present name in the activity', async () => {
  const { deps, portal, portalId, card } = await enrolledWorld()
  await inPortal(db, portalId, (trx) =>
    recordActivity(deps, trx, portal, {
      kind: 'deal.entered_stage',
      dealId: '124',
      data: { pipelineId: 'sales', stageId: 'booked' },
    }),
  )
  expect((await card()).activity).toContainEqual(
    expect.objectContaining({ text: 'Deal moved to Demo scheduled in HubSpot', by: 'hubspot' }),
  )
})

test('HubSpot is asked about an unknown deal and about a copy that is older than a minute', async () => {
  const { clock, deps, portalId, asked, card } = await world()
  const first = await card(async () => {
    await hasDeal(deps, portalId)
    return true
  })
  expect(first.contacts).toMatchObject([{ name: 'Ada Lovelace', enrollments: [] }])
  clock.passes({ seconds: 60 })
  await card()
  expect(asked).toEqual([])
  clock.passes({ seconds: 1 })
  await card()
  expect(asked).toEqual(['124'])
})

test('while HubSpot is down, or answers with a failure of its own, the card shows what is stored and says so', async () => {
  const { clock, card } = await enrolledWorld()
  clock.passes({ minutes: 5 })
  const shown = await card(async () => {
    throw new AppError('hubspot_unavailable', 'HubSpot has a problem at the moment.')
  })
  expect(shown).toMatchObject({ connection: 'connected', deal: { name: 'Big deal' } })
  expect(shown.connectionMessage).toBe(
    'HubSpot gave no usable answer, so this is as it was 5 minutes ago. Reload the card in a minute.',
  )
  expect(shown.contacts).toHaveLength(1)
})

test('while too many calls wait the card shows what is stored with its age, and an unknown deal is said to be unknown', async () => {
  const busy = async () => {
    throw new AppError('hubspot_unavailable', 'Too many calls are waiting.', { retryAfterMs: 8_000 })
  }
  const { clock, card } = await enrolledWorld()
  clock.passes({ hours: 3 })
  expect((await card(busy)).connectionMessage).toBe(
    'HubSpot cannot be asked just now, so this is as it was 3 hours ago. Reload the card in a minute.',
  )
  const other = await world()
  expect((await other.card(busy)).connectionMessage).toBe(
    'HubSpot cannot be asked just now, so the deal is not known yet. Reload the card in a minute.',
  )
})

test.each([
  ['hubspot_rejected', 'HubSpot did not allow this.', 'HubSpot did not allow this. What is shown may be out of date.'],
  [
    'misconfigured',
    'Check the secret.',
    /^HubSpot could not be asked, so this may be out of date\. If it stays, tell whoever/,
  ],
] as const)('what a reload does not mend (%s) is not called silence', async (code, message, sentence) => {
  const { clock, card } = await enrolledWorld()
  clock.passes({ minutes: 5 })
  const shown = await card(async () => {
    throw new AppError(code, message)
  })
  expect(shown.connectionMessage).toEqual(typeof sentence === 'string' ? sentence : expect.stringMatching(sentence))
})

test('a deal that nobody has is not found, another portal’s deal is not shown, and a bug is not hidden', async () => {
  const { card } = await world()
  await enrolledWorld()
  await expect(card(async () => false)).rejects.toMatchObject({ code: 'not_found' })
  const bug = async () => {
    throw new TypeError('a bug')
  }
  await expect(card(bug)).rejects.toThrow('a bug')
  expect(await card()).toMatchObject({ contacts: [], activity: [], decisions: [] })
})

test('a portal that is not connected is told what to do, and HubSpot is not asked', async () => {
  const { clock, portalId, asked, card, row } = await enrolledWorld()
  await inPortal(db, portalId, (trx) =>
    trx
      .updateTable('installations')
      .set({ status: 'inactive', statusReason: 'HubSpot refused the connection. Reconnect it.' })
      .where('portalId', '=', portalId)
      .execute(),
  )
  clock.passes({ hours: 1 })
  expect(await card()).toMatchObject({
    connection: 'inactive',
    connectionMessage: 'HubSpot refused the connection. Reconnect it.',
    working: false,
  })
  expect(await row()).toMatchObject({ nextSendAt: null, why: 'HubSpot is not connected, so nothing is sent.' })
  expect(asked).toEqual([])
})
