import { describe, expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { describeActivity } from '#modules/activity/describe-activity.ts'
import { type EnrollmentFacts as CardFacts, describeEnrollment } from '#modules/deal-card/describe-enrollment.ts'
import { nearestChange } from '#modules/decisions/nearest-change.ts'
import { startSequence } from '#modules/decisions/start-sequence.ts'
import { describeDecision } from '#modules/event-log/describe-decision.ts'
import { listDecisions } from '#modules/event-log/list-decisions.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import {
  DECISION_OUTCOME,
  DECISION_REASON,
  type DecisionOutcome,
  type DecisionReason,
  PAUSE_REASON,
  type PauseReason,
  STOP_REASON,
  type StopReason,
} from '#shared/vocabulary.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'
import { at, member, tell } from './entry-story.ts'

const database = useDatabase()
const world = useWorld(database)

const reasons = Object.keys(DECISION_REASON) as DecisionReason[]
const outcomes = Object.keys(DECISION_OUTCOME) as DecisionOutcome[]

/** A sentence for a person: begins with a capital, ends with a full stop, and none of our own words with a line in it. */
function expectSentence(text: string, key: string): void {
  expect(text, key).toMatch(/^[\p{Lu}“].{8,}\.$/u)
  expect(text, key).not.toMatch(/undefined|null|\b[a-z]+_[a-z]+\b/)
}

describe('every reason of a decision', () => {
  test.each(reasons)('%s is a sentence on the card, whoever it is about', (reason) => {
    for (const outcome of outcomes) {
      for (const contactName of ['Ada Lovelace', null]) {
        const told = { outcome, reason, contactId: null, contactName, sequenceName: null, stageLabel: 'Demo' }
        expectSentence(describeDecision(told), `${outcome} ${reason}`)
      }
    }
  })

  test.each(reasons)('%s names the nearest change that would turn it round', (reason) => {
    const facts = tell({ moves: 'lead@0 demo@10' })
    const policy = { ...DEFAULT_POLICY, dwellMinutes: 5, coolDownDays: 7 }
    const changes = ['deal “amount” is at least 10']
    const choice = { kind: 'sequence', sequenceId: null, branch: 'Large', trace: [], changes } as const
    for (const contact of [undefined, member({}, 0)]) {
      for (const chosen of [undefined, choice]) {
        expectSentence(nearestChange(reason, { policy, facts, contact, choice: chosen }), reason)
      }
    }
  })

  test.each(reasons)('%s is a line of the log', (reason) => {
    const line = describeActivity({ kind: 'enrollment.refused', dealId: '1', contactId: '2', data: { reason } })
    expectSentence(`${line}.`, reason)
  })
})

const CARD: CardFacts = {
  enrollment: {
    ...{ id: '00000000-0000-4000-8000-000000000001', contactId: '51', sequenceId: 'x', sequenceName: 'Follow-up' },
    ...{ sequenceStatus: 'active', version: 1, status: 'stopped', stopReason: null, stepPosition: 0, stepCount: 2 },
    ...{ lastSenderId: null, hasWritten: false },
    ...{ pausedRemaining: null, pauseReason: null, pausedUntil: null, source: 'stage', enrolledAt: at(0) },
    ...{
      contactTimeZone: null,
      ownerTimeZone: null,
      portalTimeZone: 'Europe/Berlin',
      closeDate: null,
      completedWhy: null,
      stepsBehind: [],
    },
  },
  outline: { steps: [{ id: 'one', kind: 'email', subject: 'Hi' }], calendar: null },
  runs: [],
  connected: true,
  timeZone: 'Europe/Berlin',
  from: undefined,
}

describe('every reason that ends or pauses an enrollment', () => {
  test.each(Object.keys(STOP_REASON) as StopReason[])(
    '%s is a sentence on the card and a line of the log',
    (reason) => {
      const { why } = describeEnrollment({ ...CARD, enrollment: { ...CARD.enrollment, stopReason: reason } })
      expectSentence(why, reason)
      expect(why).toBe(`${STOP_REASON[reason]}.`)
      const line = describeActivity({ kind: 'enrollment.stopped', dealId: '1', contactId: '2', data: { reason } })
      expectSentence(`${line}.`, reason)
    },
  )

  test.each(Object.keys(PAUSE_REASON) as PauseReason[])('%s is a sentence on the card', (reason) => {
    const enrollment = { ...CARD.enrollment, status: 'paused', pauseReason: reason } as const
    expectSentence(describeEnrollment({ ...CARD, enrollment }).why, reason)
  })
})

test('whatever is decided, by a stage or by hand, is kept with its conditions and the nearest change', async () => {
  const portal = await world.portal()
  const { portalId } = portal
  const sequence = await portal.hasSequence()
  await portal.maps('demo', sequence)
  const { dealId, contactIds } = portal.hasDeal('lead', ['ada@example.com', 'grace@example.com'])
  const nameless = world.sandbox.createContact(portalId, { firstName: 'No', lastName: 'Address' })
  world.sandbox.associate(portalId, dealId, nameless)
  portal.moves(dealId, 'demo')
  await world.handlesEvents()
  const byHand = await portal.hasSequence()
  for (const _ of [1, 2]) {
    const input = { sequenceId: byHand, contactIds: [...contactIds, nameless], idempotencyKey: newKey() }
    await startSequence(world.deps, person(portalId), dealId, input)
  }
  const rows = await inPortal(database.db, portalId, (trx) => listDecisions(trx, portalId, dealId, 50))
  // Three contacts three times, and the deal when it was made, in a stage without a mapping.
  expect(rows).toHaveLength(10)
  for (const row of rows) {
    expectSentence(row.sentence, row.sentence)
    expectSentence(row.nearestChange ?? '', row.sentence)
    expect(row.trace.length).toBeGreaterThan(0)
    for (const line of row.trace) expect([line.condition, line.expected, line.actual]).not.toContain('')
    expect(row.trace.every(({ passed }) => passed)).toBe(row.outcome === 'enrolled')
  }
  const changes = rows.map(({ nearestChange }) => nearestChange)
  expect(changes).toContain('Nobody would have been enrolled if no person had started the sequence.')
  expect(changes.filter((text) => text === 'Give the contact an e-mail address in HubSpot.')).toHaveLength(3)
  expect(
    changes.filter((text) => /^Wait until “Sequence \d+” ends for this contact, or stop it\.$/.test(text ?? '')),
  ).toHaveLength(2)
})
