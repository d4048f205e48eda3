import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SendFacts } from '#modules/deals/send-facts.ts'
import { type DecisionFacts, decideBeforeSend, type RunState } from '#modules/steps/decide-before-send.ts'
import { toldFacts } from '#test/support/told-facts.ts'

const ENROLLED = Temporal.Instant.from('2026-03-02T09:00:00Z')
const NOW = ENROLLED.add({ hours: 240 })
const ADDRESS = 'ada@example.com'

interface Moment {
  state: RunState
  facts: DecisionFacts
  told: SendFacts
}

/** Nothing forbids the mail: the deal is where it was, nobody answered, HubSpot says so now. */
function peace(): Moment {
  const told = toldFacts({
    onDeal: true,
    readAt: NOW,
    deal: { pipelineId: 'sales', stageId: 'demo', deleted: false, ownerId: '11' },
    contact: { email: ADDRESS, optedOut: false },
  })
  const state: RunState = {
    ...{
      runId: 'run',
      why: '',
      enrollmentStatus: 'active',
      pauseReason: null,
      sequenceId: 's',
      sequenceName: 'S',
      sequenceStatus: 'active',
    },
    ...{ sendingStop: null, reachedAt: NOW, enrolledAt: ENROLLED, replyTakenAt: null, meetingTakenAt: null },
    ...{ startKept: true, startStageId: 'demo', startOwnerId: '11', startBookedAt: null, startMeetingAt: null },
    ...{ resumedAt: null, dealRepliedAt: null, dealBookedAt: null, dealMeetingAt: null },
    ...{ contactRepliedAt: null, contactBookedAt: null, contactMeetingAt: null, waitedUntil: null, approval: null },
    rules: { onReply: null, onOwnerChange: null, stopOnMeeting: null, stopWhenClosed: null },
    ...{ dealId: '1', pipelineId: 'sales', stageId: 'demo', calendar: null, tracking: null, personId: 'p' },
    step: { id: 'mail', kind: 'email', subject: 'Hello', body: 'Hi' },
    contact: {
      ...{ contactId: '5', email: ADDRESS, firstName: 'Ada', lastName: null, phone: null, company: null },
      ...{ timeZone: null, optedOut: false, deleted: false, merged: false },
    },
    deal: {
      ...{ name: 'Deal', amount: null, pipelineId: 'sales', stageId: 'demo' },
      ...{ ownerId: '11', isClosed: false, deleted: false, merged: false },
    },
    ...{
      dealReadAt: NOW,
      contactsReadAt: NOW,
      contactReadAt: NOW,
      onDeal: true,
      delivery: null,
      lastSenderId: null,
      mailedElsewhere: false,
      ownerTimeZone: null,
    },
  }
  const facts = {
    ...{ resend: false, address: ADDRESS, suppression: undefined, told },
    ...{ closedStages: new Set(['sales/won']), portalTimeZone: null, now: NOW },
  }
  return { state, facts, told }
}

type Talk = 'repliedAt' | 'bookedAt' | 'meetingAt'

const tell = (moment: Moment, change: Partial<SendFacts>): Moment => {
  const told = { ...moment.told, ...change }
  return { ...moment, told, facts: { ...moment.facts, told } }
}

function talk(moment: Moment, who: 'contact' | 'deal', kind: Talk, at: Temporal.Instant): Moment {
  if (who === 'deal') return tell(moment, { talks: { ...moment.told.talks, [kind]: at } })
  const { contact } = moment.told
  return tell(moment, { contact: contact && { ...contact, talks: { ...contact.talks, [kind]: at } } })
}

const knows = (moment: Moment, change: Partial<DecisionFacts>): Moment => ({
  ...moment,
  facts: { ...moment.facts, ...change },
})

type Change = (moment: Moment, at: Temporal.Instant) => Moment

/**
 * What may have changed since the enrollment began, and what it must come to, the first one first (decision 0029). Written down
 * here once more, so that the code is judged by the list and not by itself.
 */
const CHANGES: readonly (readonly [expected: string, change: Change])[] = [
  ['contact_deleted', (moment) => tell(moment, { contact: null })],
  ['unsubscribed', (moment) => knows(moment, { suppression: 'unsubscribed' })],
  ['suppressed', (moment) => knows(moment, { suppression: moment.facts.suppression ?? 'bounced' })],
  [
    'unsubscribed',
    (moment) => tell(moment, { contact: moment.told.contact && { ...moment.told.contact, optedOut: true } }),
  ],
  ['deal_deleted', (moment) => tell(moment, { deleted: true })],
  ['contact_removed', (moment) => tell(moment, { onDeal: false })],
  ['stage_left', (moment) => tell(moment, { stageId: 'proposal' })],
  ['deal_closed', (moment) => (moment.told.stageId === 'demo' ? moment : tell(moment, { isClosed: true }))],
  ['replied', (moment, at) => talk(moment, 'contact', 'repliedAt', at)],
  ['meeting_booked', (moment, at) => talk(moment, 'contact', 'bookedAt', at)],
  ['meeting_booked', (moment, at) => talk(moment, 'deal', 'meetingAt', at)],
  ['other_replied', (moment, at) => talk(moment, 'deal', 'repliedAt', at)],
  ['hold', (moment) => tell(moment, { ownerId: '22' })],
]

/** A moment after the enrollment began, up to now. */
const since = fc.integer({ min: 1, max: 240 * 3_600 }).map((seconds) => ENROLLED.add({ seconds }))
const places = fc.uniqueArray(fc.nat({ max: CHANGES.length - 1 }))

function decide({ state, facts }: Moment): string {
  const decision = decideBeforeSend(state, facts)
  return decision.kind === 'end' ? decision.reason : decision.kind
}

test('whatever has changed, nothing is sent, and the reason is the first that holds', () => {
  fc.assert(
    fc.property(places, since, (chosen, at) => {
      const sorted = [...chosen].sort((one, other) => one - other)
      const moment = sorted.reduce((so, place) => CHANGES[place]?.[1](so, at) ?? so, peace())
      // A deal that is closed in the stage it began in stops nothing; elsewhere it has left its stage.
      const telling = sorted.filter((place) => CHANGES[place]?.[0] !== 'deal_closed')
      expect(decide(moment)).toBe(telling.length === 0 ? 'send' : CHANGES[telling[0] ?? 0]?.[0])
    }),
    { numRuns: 2_000 },
  )
})

test('what was so before the enrollment began stops nothing', () => {
  const before = fc.integer({ min: 0, max: 1_000_000 }).map((seconds) => ENROLLED.subtract({ seconds }))
  const kinds = fc.constantFrom<Talk>('repliedAt', 'bookedAt', 'meetingAt')
  fc.assert(
    fc.property(before, kinds, fc.constantFrom('contact', 'deal'), (at, kind, who) => {
      expect(decide(talk(peace(), who as 'contact' | 'deal', kind, at))).toBe('send')
    }),
  )
})

test('a rule that is switched off takes its own reason away and no other', () => {
  const off = { stopOnMeeting: false, onOwnerChange: 'go_on', onReply: 'go_on', stopWhenClosed: false } as const
  const silenced = new Set(['meeting_booked', 'other_replied', 'hold', 'deal_closed'])
  fc.assert(
    fc.property(places, since, (chosen, at) => {
      const sorted = [...chosen].sort((one, other) => one - other)
      const changed = sorted.reduce((so, place) => CHANGES[place]?.[1](so, at) ?? so, peace())
      const moment = { ...changed, state: { ...changed.state, rules: off } }
      const [first] = sorted.map((place) => CHANGES[place]?.[0] ?? '').filter((reason) => !silenced.has(reason))
      expect(decide(moment)).toBe(first ?? 'send')
    }),
    { numRuns: 1_000 },
  )
})

test('without HubSpot’s word a stop that we know of ourselves holds all the same', () => {
  for (const [expected, change] of CHANGES.slice(1, 3)) {
    const moment = knows(change(peace(), NOW), { told: undefined })
    expect(decide(moment)).toBe(expected)
  }
})
