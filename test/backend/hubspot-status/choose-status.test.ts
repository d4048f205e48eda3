import { expect, test } from 'vitest'
import { chooseStatus, type RecordEnrollment } from '#modules/hubspot-status/choose-status.ts'
import { STOP_REASON, type StopReason } from '#shared/vocabulary.ts'

const at = (day: number) => Temporal.Instant.from(`2026-11-${String(day).padStart(2, '0')}T09:00:00Z`)

function enrollment(changes: Partial<RecordEnrollment> = {}): RecordEnrollment {
  const moments = { enrolledAt: at(1), endedAt: null, nextStepAt: null, lastSentAt: null }
  return { status: 'active', stopReason: null, told: null, sequenceName: 'Follow up', ...moments, ...changes }
}

const stopped = (reason: string, endedAt = at(5)) =>
  enrollment({ status: 'stopped', stopReason: reason as StopReason, endedAt })

test.each([
  ['active', enrollment(), 'enrolled'],
  ['paused', enrollment({ status: 'paused' }), 'paused'],
  ['completed', enrollment({ status: 'completed', endedAt: at(4) }), 'completed'],
  ['completed, then answered', enrollment({ status: 'completed', endedAt: at(4), told: 'contact.replied' }), 'replied'],
  ['completed, then returned', enrollment({ status: 'completed', endedAt: at(4), told: 'contact.bounced' }), 'bounced'],
  ['running after an answer', enrollment({ told: 'contact.replied' }), 'enrolled'],
  ['stopped by a reply', stopped('replied'), 'replied'],
  ['stopped by a bounce', stopped('bounced'), 'bounced'],
  ['stopped by a refused address', stopped('address_rejected'), 'bounced'],
  ['stopped by an unsubscribe', stopped('unsubscribed'), 'unsubscribed'],
  ['stopped by a complaint', stopped('complained'), 'unsubscribed'],
])('%s is %s', (_what, given, status) => {
  expect(chooseStatus([given]).stagecue_status).toBe(status)
})

test('every other reason is just stopped', () => {
  const told = new Set(['replied', 'bounced', 'complained', 'unsubscribed', 'address_rejected'])
  const others = Object.keys(STOP_REASON).filter((reason) => !told.has(reason))
  expect(others).not.toEqual([])
  for (const reason of others)
    expect([reason, chooseStatus([stopped(reason)]).stagecue_status]).toEqual([reason, 'stopped'])
})

test('a running enrollment outweighs a paused one, that one the last that ended', () => {
  const ended = [stopped('replied', at(9)), enrollment({ status: 'completed', endedAt: at(8), sequenceName: 'Old' })]
  expect(chooseStatus(ended)).toMatchObject({ stagecue_status: 'replied', stagecue_sequence: 'Follow up' })
  const paused = enrollment({ status: 'paused', sequenceName: 'Paused' })
  expect(chooseStatus([...ended, paused])).toMatchObject({ stagecue_status: 'paused', stagecue_sequence: 'Paused' })
  const running = [enrollment({ sequenceName: 'First' }), enrollment({ sequenceName: 'Second', enrolledAt: at(3) })]
  const all = [...ended, paused, ...running]
  expect(chooseStatus(all)).toMatchObject({ stagecue_status: 'enrolled', stagecue_sequence: 'Second' })
  expect(chooseStatus(all.toReversed())).toEqual(chooseStatus(all))
})

test('the next step is the earliest of those that run, the last mail the latest of all', () => {
  const values = chooseStatus([
    enrollment({ nextStepAt: at(12), lastSentAt: at(2) }),
    enrollment({ nextStepAt: at(11), lastSentAt: null }),
    enrollment({ status: 'paused', nextStepAt: at(10) }),
    enrollment({ status: 'completed', endedAt: at(7), lastSentAt: at(6) }),
  ])
  expect(values).toMatchObject({
    stagecue_next_step_at: '2026-11-11T09:00:00.000Z',
    stagecue_last_sent_at: '2026-11-06T09:00:00.000Z',
  })
})

test('no enrollment clears everything', () => {
  expect(new Set(Object.values(chooseStatus([])))).toEqual(new Set(['']))
})
