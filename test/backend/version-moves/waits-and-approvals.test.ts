import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { forecastSteps } from '#modules/enrollments/forecast-steps.ts'
import { approveMail } from '#modules/steps/approve-mail.ts'
import { readMailToApprove } from '#modules/steps/read-mail-to-approve.ts'
import { selectRunStates } from '#modules/steps/state-repository.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { useInbound } from '#test/backend/inbound/use-inbound.ts'
import { newKey } from '#test/support/configured-portal.ts'
import { email, wait } from '#test/support/sending.ts'
import { goTo, waitFor } from '#test/support/steering.ts'
import { useMoves } from './use-moves.ts'

const { clock, start, accepted, mailsTo, comesBack } = useInbound()

async function world(steps: Step[]) {
  const sending = await start({ steps })
  return { sending, ...useMoves(sending) }
}

test('a wait for an event keeps its enrollment; what it took is known also in a version without it', async () => {
  const steps = [email('a'), waitFor('w', { onEvent: 'next', onTimeout: 'next' }), wait('p', 1), email('b')]
  const { sending, publishes, moves, versionOf } = await world(steps)
  const ada = await sending.enroll()
  await sending.drain()
  await publishes(2, { steps: [email('a'), wait('p', 1), email('b')] })
  expect(await moves(2)).toMatchObject({ moved: 0, reasons: [{ reason: expect.stringMatching(/waits for an event/) }] })
  expect(await comesBack(sending, ada, 'reply')).toBe('handled')
  const replied = clock.read()
  await publishes(3, {
    steps: [email('zero'), email('a'), waitFor('w', { event: 'meeting' }), wait('p', 1), email('b')],
  })
  clock.passes({ minutes: 1 })
  expect(await moves(3)).toMatchObject({ moved: 1 })
  expect(await versionOf(ada.enrollmentId)).toMatchObject({ version: 3, stepPosition: 3 })
  const states = async () => {
    const [run] = await sending.query<{ id: string }>(
      `select id from step_runs where enrollment_id = '${ada.enrollmentId}' and status = 'scheduled'`,
    )
    return inPortal(sending.deps.db, sending.portalId, (trx) => selectRunStates(trx, sending.portalId, [run?.id ?? '']))
  }
  expect(await states()).toMatchObject([{ replyTakenAt: replied, meetingTakenAt: null }])
  await publishes(4, { steps: [wait('p', 1), email('b')] })
  clock.passes({ minutes: 1 })
  expect(await moves(4)).toMatchObject({ moved: 1 })
  expect(await states()).toMatchObject([{ replyTakenAt: replied, meetingTakenAt: null }])
  clock.passes({ hours: 30 })
  await sending.drain()
  expect(accepted(ada)).toBe(2)
})

const asked = (body: string): Step => ({ id: 'one', kind: 'email', subject: 'Hello', body, approval: 'before_send' })

test.each([false, true])('an approval does not outlive the text it was given for (own words: %s)', async (own) => {
  const { sending, publishes, moves, admin } = await world([asked('Old price')])
  const ada = await sending.enroll()
  await sending.drain()
  await publishes(2, { steps: [asked('New price')] })
  expect(await moves(2)).toMatchObject({ moved: 0, reasons: [{ reason: expect.stringMatching(/approval/) }] })
  const run = async () => (await sending.runs(ada.enrollmentId))[0]
  const approve = async (edit?: { subject: string; body: string }) => {
    const id = (await run())?.id ?? ''
    const { seen } = await readMailToApprove(sending.deps, admin, id)
    await approveMail(sending.deps, admin, id, { seen, ...(edit ? { edit } : {}), idempotencyKey: newKey() })
  }
  await approve(own ? { subject: 'Mine', body: 'Old price, in my words' } : undefined)
  await publishes(3, { steps: [asked('New price'), wait('w', 1), email('two')] })
  expect(await moves(3)).toMatchObject({ moved: 1 })
  await sending.drain()
  expect(await run()).toMatchObject({ status: 'held', why: expect.stringMatching(/must approve/) })
  expect(accepted(ada)).toBe(0)
  await approve()
  // The step is the same in this one, so the yes holds.
  await publishes(4, { steps: [asked('New price'), wait('w', 2), email('two')] })
  expect(await moves(4)).toMatchObject({ moved: 1 })
  await sending.drain()
  expect(mailsTo(ada.email).map(({ raw }) => raw)).toEqual([expect.stringContaining('New price')])
})

test('steps that steer are done in a finishing sequence, too', async () => {
  const { sending } = await world([email('a'), goTo('g', 'c'), email('b'), email('c')])
  const ada = await sending.enroll()
  await sending.query(`update sequences set status = 'finishing' where portal_id = ${sending.portalId}`)
  await sending.drain()
  expect(accepted(ada)).toBe(2)
  expect(await sending.enrollment(ada.enrollmentId)).toMatchObject({ status: 'completed' })
})

test('a forecast passes over steps that are done, also behind a jump', () => {
  const steps = [email('a'), goTo('g', 'c'), email('b'), email('c'), email('d')]
  const from = { position: 0, dueAt: clock.read() }
  const facts = { contactTimeZone: null, ownerTimeZone: null, portalTimeZone: null, closeDate: null }
  const ids = (done: string[]) => forecastSteps({ steps }, from, facts, new Set(done)).map(({ stepId }) => stepId)
  expect(ids([])).toEqual(['g', 'c', 'd'])
  expect(ids(['c'])).toEqual(['g', 'd'])
  expect(ids(['c', 'd'])).toEqual(['g'])
})
