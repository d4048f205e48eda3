import { expect, test } from 'vitest'
import { isHeldOut } from '#modules/numbers/is-held-out.ts'
import { accountSender } from '#modules/senders/account-sender.ts'
import type { History } from '#modules/simulation/history.ts'
import type { Setting } from '#modules/simulation/setting.ts'
import { simulate } from '#modules/simulation/simulate.ts'
import { buildReport } from '#modules/what-if/build-report.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import { shuffled, tellHistory } from '#test/backend/what-if/told-history.ts'

const SEQUENCE = '00000000-0000-4000-8000-000000000001'

const setting: Setting = {
  portalId: 7,
  portal: {
    status: 'connected',
    accountName: 'acme.example',
    timeZone: 'Europe/Berlin',
    connectedByEmail: 'boss@acme.example',
    fromName: null,
    replyTo: null,
    postalAddress: null,
    scopes: [],
  },
  senders: { senders: [accountSender('sales')], linked: new Map(), mailDomain: 'mail.example.com' },
  domainCaps: [],
  appId: '42',
  rules: { contactHours: 24, companyMinutes: 5, portalPerDay: 40, sensibleHours: 24 },
  stages: ['lead', 'demo', 'proposal', 'won'].map((stageId, order) => ({
    pipelineId: 'default',
    stageId,
    label: stageId,
    order,
    isClosed: stageId === 'won',
    isWon: stageId === 'won',
  })),
  closedStages: new Set(),
  labels: new Map(),
  mappings: [{ pipelineId: 'default', stageId: 'demo', sequenceId: SEQUENCE, active: true, policy: DEFAULT_POLICY }],
  sequences: new Map([
    [
      SEQUENCE,
      {
        id: SEQUENCE,
        name: 'Follow-up',
        status: 'active',
        version: 1,
        definition: {
          stopWhenStageLeft: true,
          calendar: {
            timeZone: null,
            windows: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, from: '09:00', until: '17:00' })),
            businessDays: [1, 2, 3, 4, 5],
            holidays: null,
            ownDays: [],
          },
          steps: [
            { id: 'one', kind: 'email', subject: 'Hello {{ contact.firstname }}', body: 'Hello' },
            { id: 'days', kind: 'wait', amount: 2, unit: 'days' },
            { id: 'two', kind: 'email', subject: '', body: 'Hello again' },
          ],
        },
      },
    ],
  ]),
}

const from = Temporal.Instant.from('2026-09-01T08:00:00Z')
const bytes = (history: History) => JSON.stringify(buildReport(simulate(setting, history), SEQUENCE, history.to, 0))

test.each([1, 2, 3, 4, 5])('history %i gives the same bytes, again and in any order', (seed) => {
  const history = tellHistory({ seed, from, days: 60, deals: 80 })
  const report = bytes(history)
  expect(bytes(history)).toBe(report)
  for (const order of [10, 11, 12]) expect(bytes(shuffled(history, order))).toBe(report)
})

test('the sums of a report are those of its lists', () => {
  const history = tellHistory({ seed: 6, from, days: 60, deals: 150 })
  const world = simulate(setting, history)
  const report = buildReport(world, SEQUENCE, history.to, 900)
  expect(report.days.reduce((sum, { mails }) => sum + mails, 0)).toBe(report.mails)
  expect(report.completed + report.stopped + report.running).toBe(report.enrolled)
  expect(report.stops.reduce((sum, { count }) => sum + count, 0)).toBe(report.stopped)
  expect(report).toMatchObject({ dealsRead: 150, dealsFound: 900 })
  expect(report.mails).toBeGreaterThan(100)
  expect(report.mailList).toHaveLength(Math.min(300, report.mails))
  const kinds = new Set(report.collisionList.map(({ kind }) => kind))
  expect([...kinds].sort()).toEqual(['deferred', 'two_sequences'])
  expect(report.holdList[0]?.why).toContain('No value for contact.firstname')
})

test('deals that the sequence holds out get nothing, and the report says so', () => {
  const history = tellHistory({ seed: 9, from, days: 60, deals: 80 })
  const [sequence] = setting.sequences.values()
  if (!sequence) throw new Error('there is a sequence')
  const definition = { ...sequence.definition, holdOutPercent: 50 }
  const halved: Setting = { ...setting, sequences: new Map([[SEQUENCE, { ...sequence, definition }]]) }
  const world = simulate(halved, history)
  const report = buildReport(world, SEQUENCE, history.to, 0)
  const isOut = (dealId: string) => isHeldOut({ portalId: setting.portalId, sequenceId: SEQUENCE, dealId }, 50)
  expect(report.enrolled).toBeGreaterThan(0)
  expect(world.enrollments.filter(({ dealId }) => isOut(dealId))).toEqual([])
  const enrolledBefore = simulate(setting, history).enrollments.filter(({ dealId }) => isOut(dealId))
  expect(enrolledBefore.length).toBeGreaterThan(0)
  expect(report.notEnrolled).toContainEqual(expect.objectContaining({ reason: 'held_out' }))
})

test('who comes on the do-not-mail list during a wait for a meeting is stopped then, not when the wait is over', () => {
  const told = tellHistory({ seed: 10, from, days: 60, deals: 40 })
  const since = from.add({ hours: 24 * 50, microseconds: 1_300 })
  const suppressed = { since, reason: 'manual' }
  const history = { ...told, contacts: told.contacts.map((contact) => ({ ...contact, suppressed })), happenings: [] }
  const [sequence] = setting.sequences.values()
  if (!sequence) throw new Error('there is a sequence')
  const timeout = { amount: 90, unit: 'days' as const }
  const meeting = { id: 'm', kind: 'wait_for' as const, event: 'meeting' as const, timeout }
  const steps = [{ ...meeting, onEvent: 'next', onTimeout: 'next' }, ...sequence.definition.steps]
  const patient = { ...sequence, definition: { ...sequence.definition, stopWhenStageLeft: false, steps } }
  const { enrollments } = simulate({ ...setting, sequences: new Map([[SEQUENCE, patient]]) }, history)
  expect(enrollments.length).toBeGreaterThan(10)
  const ends = new Set(enrollments.map(({ endedAt }) => endedAt?.toString()))
  expect([...ends]).toEqual([since.round({ smallestUnit: 'millisecond', roundingMode: 'ceil' }).toString()])
})

test('a contact without a time zone is mailed by the clock of the deal’s owner, as it was last read', () => {
  const told = tellHistory({ seed: 8, from, days: 60, deals: 40 })
  const history: History = {
    ...told,
    deals: told.deals.map((deal) => ({ ...deal, ownerId: '71' })),
    contacts: told.contacts.map((contact, index) => ({ ...contact, timeZone: index % 2 ? 'Asia/Tokyo' : null })),
    happenings: told.happenings.filter(({ kind }) => kind !== 'owner'),
    ownerTimeZones: new Map([['71', 'america_slash_new_york']]),
  }
  const zoneOf = (contactId: string) => history.contacts.find((one) => one.contactId === contactId)?.timeZone
  const { mails } = simulate(setting, history)
  const clocks = new Set<string>()
  for (const { enrollment, at } of mails) {
    const zone = zoneOf(enrollment.contactId) ?? 'America/New_York'
    clocks.add(zone)
    const { hour } = at.toZonedDateTimeISO(zone)
    expect(hour >= 9 && hour < 17).toBe(true)
  }
  expect([...clocks].sort()).toEqual(['America/New_York', 'Asia/Tokyo'])
})

test('a mail never goes to somebody before the limits allow it, nor outside the hours', () => {
  const history = tellHistory({ seed: 8, from, days: 60, deals: 150 })
  const { mails } = simulate(setting, history)
  const last = new Map<string, Temporal.Instant>()
  const perDay = new Map<string, number>()
  for (const { enrollment, at } of mails) {
    const before = last.get(enrollment.contactId)
    if (before) expect(at.since(before).total('hours')).toBeGreaterThanOrEqual(24)
    last.set(enrollment.contactId, at)
    const day = at.toZonedDateTimeISO('Europe/Berlin').toPlainDate().toString()
    perDay.set(day, (perDay.get(day) ?? 0) + 1)
  }
  expect(Math.max(...perDay.values())).toBeLessThanOrEqual(40)
})
