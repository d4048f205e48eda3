import { describe, expect, test } from 'vitest'
import type { Step } from '#shared/contract/sequence.ts'
import { pass, useSending } from '#test/backend/steps/use-sending.ts'
import { seededRandom } from '#test/support/seeded-random.ts'
import { type EnrolledContact, email, wait } from '#test/support/sending.ts'
import { useMoves } from './use-moves.ts'

const { clock, start, mailsTo } = useSending()

const POOL: Step[] = [
  ...['a', 'b', 'c', 'd', 'e'].map((id) => email(id, `Mail ${id}`)),
  ...['u', 'v', 'w'].map((id, index) => wait(id, index + 1, 'hours')),
]

/** A sequence of some of the steps in any order, with a mail at its end. */
function anySteps(random: () => number): Step[] {
  const mixed = POOL.map((step) => ({ step, at: random() })).toSorted((one, other) => one.at - other.at)
  const some = mixed.slice(0, 3 + Math.floor(random() * 5)).map(({ step }) => step)
  return some.map((step) => (step.kind === 'wait' ? { ...step, amount: 1 + Math.floor(random() * 5) } : step))
}

describe('moved at any moment between versions of any steps', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('no mail goes out twice and nobody is left standing (seed %i)', async (seed) => {
    const random = seededRandom(seed)
    const sending = await start({ steps: anySteps(random) })
    const { publishes, moves } = useMoves(sending)
    const contacts: EnrolledContact[] = []
    for (let each = 0; each < 6; each++) contacts.push(await sending.enroll())
    let version = 1
    for (let round = 0; round < 14; round++) {
      if (random() < 0.4) await publishes(++version, { steps: anySteps(random) })
      const to = 1 + Math.floor(random() * version)
      const contact = contacts[Math.floor(random() * contacts.length)]
      const steering = async (action: 'pause' | 'resume') =>
        contact && sending.steer(contact, action).catch(() => undefined)
      await Promise.all([
        pass(sending),
        random() < 0.6 ? moves(to) : undefined,
        random() < 0.3 ? moves(1 + Math.floor(random() * version)) : undefined,
        random() < 0.3 ? steering('pause') : undefined,
      ])
      if (random() < 0.5) await steering('resume')
      clock.passes({ minutes: Math.floor(random() * 150) })
    }
    for (const contact of contacts) await sending.steer(contact, 'resume').catch(() => undefined)
    for (let round = 0; round < 40; round++) {
      clock.passes({ hours: 1 })
      await sending.drain()
    }
    expect(await sending.activities()).toContain('enrollment.moved')
    for (const contact of contacts) {
      const subjects = mailsTo(contact.email).map(({ raw }) => /^Subject: (.*)$/m.exec(raw)?.[1]?.trim())
      expect(subjects.toSorted()).toEqual([...new Set(subjects)].toSorted())
      expect(await sending.enrollment(contact.enrollmentId)).toMatchObject({ status: 'completed' })
    }
  })
})
