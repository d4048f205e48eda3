import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import type { Mailer } from '#mail/mailer.ts'
import { getDealCard } from '#modules/deal-card/get-deal-card.ts'
import { retryFaultySteps } from '#modules/faulty-steps/retry-faulty-steps.ts'
import { getConnection } from '#modules/installations/get-connection.ts'
import { getSettings } from '#modules/settings/get-settings.ts'
import { MAX_FAULTS } from '#modules/steps/limits.ts'
import { resolveStep } from '#modules/steps/resolve-step.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { usePoison } from '#test/support/poison.ts'
import { type EnrolledContact, email, type Sending, wait } from '#test/support/sending.ts'
import { pass, set, useSending } from './use-sending.ts'

const { url, clock, start, accepted, server } = useSending()
const refuse = usePoison(url)

/** Ten contacts, one of whom is poison. */
async function crowd(sending: Sending) {
  const contacts: EnrolledContact[] = []
  for (let index = 0; index < 10; index++) contacts.push(await sending.enroll())
  const [poison, ...others] = contacts
  if (!poison) throw new Error('nobody was enrolled')
  return { poison, others }
}

const runOf = async (sending: Sending, { enrollmentId }: EnrolledContact) => (await sending.runs(enrollmentId)).at(-1)

const findings = async (sending: Sending) =>
  (await getSettings(sending.deps, person(sending.portalId), getConnection)).health?.findings ?? []

async function drainOver(sending: Sending, hours: number) {
  for (let passed = 0; passed < hours; passed++) {
    clock.passes({ hours: 1 })
    await sending.drain()
  }
}

const retryAll = (sending: Sending) =>
  retryFaultySteps(sending.deps, person(sending.portalId), { idempotencyKey: newKey() })

test('a mail that cannot be frozen costs its neighbors nothing, waits for a person in the end, and goes once when tried again', async () => {
  const sending = await start()
  const { poison, others } = await crowd(sending)
  const heal = await refuse('deliveries', `new.recipient = '${poison.email}'`)
  await pass(sending)
  expect(others.map(accepted)).toEqual(others.map(() => 1))
  expect(await runOf(sending, poison)).toMatchObject({
    status: 'scheduled',
    why: expect.stringMatching(/^Stagecue failed on this step \(error database 22023\); trying again at \d{4}-/),
  })
  // Nothing is due until its pause is over: no loop.
  expect(await sending.drain()).toBe(0)
  await drainOver(sending, 6)
  expect(await runOf(sending, poison)).toMatchObject({ status: 'held', claimNo: MAX_FAULTS })
  const card = await getDealCard(sending.deps, person(sending.portalId), poison.dealId, async () => true)
  expect(JSON.stringify(card)).toContain(`(error database 22023, ${MAX_FAULTS} times). The operator’s log says more.`)
  expect((await findings(sending)).find(({ code }) => code === 'steps_failing')?.message).toContain(
    'Stagecue failed on 1 step: Ada Lovelace (step 1 of “Proposal follow-up”, deal “Engines”, error database 22023).',
  )
  // The health counts what the button tries again: nothing of a paused enrollment.
  await sending.steer(poison, 'pause')
  expect((await findings(sending)).map(({ code }) => code)).not.toContain('steps_failing')
  expect(await retryAll(sending)).toEqual({ decided: 0, left: 0, refused: [] })
  await set(sending, 'enrollments', `status = 'active'`)
  expect(await retryAll(sending)).toEqual({ decided: 1, left: 0, refused: [] })
  // Nothing was mended, so it fails and waits as before.
  await drainOver(sending, 7)
  await heal()
  const stepRunId = (await runOf(sending, poison))?.id ?? ''
  await resolveStep(sending.deps, person(sending.portalId), { stepRunId, action: 'retry' })
  await sending.drain()
  expect(accepted(poison)).toBe(1)
  expect(await runOf(sending, poison)).toMatchObject({ status: 'sent' })
  expect(await retryAll(sending)).toEqual({ decided: 0, left: 0, refused: [] })
})

test('a mail whose sending cannot be written down is never sent again, whatever a person does, and goes on by itself', async () => {
  const sending = await start({ steps: [email('one'), wait('w', 1, 'days'), email('two')] })
  const { poison, others } = await crowd(sending)
  const heal = await refuse('step_runs', `new.enrollment_id = '${poison.enrollmentId}' and new.status = 'sent'`)
  await pass(sending)
  expect([poison, ...others].map(accepted)).toEqual(Array(10).fill(1))
  expect(await runOf(sending, poison)).toMatchObject({
    status: 'sending',
    why: expect.stringMatching(
      /^The mail was sent, but Stagecue could not go on .* \(error database 22023\); trying again at/,
    ),
  })
  expect((await sending.deliveries()).map(({ status }) => status)).toEqual(Array(10).fill('accepted'))
  await sending.steer(poison, 'pause')
  await expect(sending.steer(poison, 'resume')).rejects.toThrow('The mail was sent, but')
  await drainOver(sending, 12)
  expect(await runOf(sending, poison)).toMatchObject({ status: 'sending' })
  expect((await findings(sending)).map(({ code }) => code)).toContain('steps_failing')
  await heal()
  const asked = { idempotencyKey: newKey() }
  expect(await retryFaultySteps(sending.deps, person(sending.portalId), asked)).toMatchObject({ decided: 1, left: 0 })
  await sending.drain()
  expect(await runOf(sending, poison)).toMatchObject({ status: 'sent' })
  await sending.steer(poison, 'resume')
  await drainOver(sending, 30)
  expect([poison, ...others].map(accepted)).toEqual(Array(10).fill(2))
})

test('a wait that cannot end costs its neighbors nothing, nor the mails of the same batch', async () => {
  const sending = await start({ steps: [wait('w', 1, 'hours'), email('one')] })
  const { poison, others } = await crowd(sending)
  await refuse('step_runs', `new.enrollment_id = '${poison.enrollmentId}' and new.status = 'done'`)
  await drainOver(sending, 8)
  expect(others.map(accepted)).toEqual(others.map(() => 1))
  expect(await runOf(sending, poison)).toMatchObject({ kind: 'wait', status: 'held', claimNo: MAX_FAULTS })
})

test('a branch that cannot be settled costs its neighbors nothing', async () => {
  const sending = await start({
    steps: [{ id: 'go', kind: 'go_to', leadsTo: 'one' }, email('one')],
  })
  const { poison, others } = await crowd(sending)
  await refuse('step_runs', `new.enrollment_id = '${poison.enrollmentId}' and new.status = 'done'`)
  await sending.drain()
  expect(others.map(accepted)).toEqual(others.map(() => 1))
  expect(await runOf(sending, poison)).toMatchObject({ status: 'scheduled' })
})

test('a worker that died with the poison in its hands: what it left is unconfirmed, and comes back alone', async () => {
  const sending = await start()
  const { poison, others } = await crowd(sending)
  await pass(sending, {
    ...sending.deps,
    mailer: { ...sending.deps.mailer, send: () => Promise.reject(new Error('killed')) },
  })
  expect([poison, ...others].map(accepted)).toEqual(Array(10).fill(0))
  expect((await sending.runs()).map(({ status }) => status)).toEqual(Array(10).fill('scheduled'))
  await set(sending, 'step_runs', `status = 'sending', lease_until = due_at`)
  await set(sending, 'deliveries', `status = 'sending_data'`)
  await refuse('step_runs', `new.enrollment_id = '${poison.enrollmentId}' and new.status = 'unconfirmed'`)
  clock.passes({ minutes: 5 })
  await sending.drain()
  expect((await Promise.all(others.map((one) => runOf(sending, one)))).map((run) => run?.status)).toEqual(
    others.map(() => 'unconfirmed'),
  )
  expect(await runOf(sending, poison)).toMatchObject({
    status: 'sending',
    why: expect.stringContaining('Nobody can know whether the mail was sent'),
  })
  await drainOver(sending, 12)
  expect([poison, ...others].map(accepted)).toEqual(Array(10).fill(0))
})

test('a mail whose server answers with what the database refuses stays accepted', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  const mailer: Mailer = {
    ...sending.deps.mailer,
    send: async (...mail) => {
      const outcome = await sending.deps.mailer.send(...mail)
      return outcome.kind === 'accepted' ? { ...outcome, response: '250 taken\u0000' } : outcome
    },
  }
  await pass(sending, { ...sending.deps, mailer })
  expect(await runOf(sending, contact)).toMatchObject({
    status: 'sending',
    why: expect.stringMatching(/^The mail was sent, but Stagecue could not go on .* \(error database 22021\)/),
  })
  await drainOver(sending, 1)
  expect(await runOf(sending, contact)).toMatchObject({ status: 'sent' })
  expect(accepted(contact)).toBe(1)
})

test('an unconfirmed mail that could not be written down says in the end why nobody can know, not that a worker died', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  const heal = await refuse('step_runs', `new.portal_id = ${sending.portalId} and new.status = 'unconfirmed'`)
  server.fault('body', { kind: 'reset' })
  await pass(sending)
  expect(await runOf(sending, contact)).toMatchObject({ status: 'sending' })
  const [{ response: known } = { response: null }] = await sending.deliveries()
  expect(known).toContain('127.0.0.1')
  await heal()
  await drainOver(sending, 1)
  expect(await runOf(sending, contact)).toMatchObject({
    status: 'unconfirmed',
    why: `Nobody can know whether it was sent: ${known}`,
  })
})

test('a mail that only waits to be written down is left to its pause when a neighbor fails', async () => {
  const sending = await start()
  const { poison, others } = await crowd(sending)
  await refuse('step_runs', `new.enrollment_id = '${poison.enrollmentId}' and new.status = 'sent'`)
  const mailer: Mailer = {
    ...sending.deps.mailer,
    send: (mail, gate) =>
      mail.recipient === others[0]?.email ? Promise.reject(new Error('bug')) : sending.deps.mailer.send(mail, gate),
  }
  await pass(sending, { ...sending.deps, mailer })
  const faults = await sending.query<{ faults: number }>(
    `select faults from step_runs where portal_id = ${sending.portalId} and status = 'sending'`,
  )
  expect(faults).toEqual([{ faults: 1 }])
  expect([poison, ...others].map(accepted)).toEqual([1, 0, ...Array(8).fill(1)])
})

test('what hits everybody counts against nobody', async () => {
  const sending = await start()
  const contact = await sending.enroll()
  for (const code of ['57P03', '53300', '40001']) {
    const away = {
      ...sending.deps,
      mailer: { ...sending.deps.mailer, send: () => Promise.reject(Object.assign(new Error('away'), { code })) },
    }
    await expect(pass(sending, away)).rejects.toThrow('away')
    clock.passes({ minutes: 3 })
  }
  const misconfigured = new AppError('misconfigured', 'The mail server’s URL is none.')
  await expect(
    pass(sending, { ...sending.deps, mailer: { ...sending.deps.mailer, send: () => Promise.reject(misconfigured) } }),
  ).rejects.toThrow('URL')
  clock.passes({ minutes: 3 })
  const [faults] = await sending.query<{ faults: number }>(
    `select faults from step_runs where portal_id = ${sending.portalId}`,
  )
  expect(faults).toEqual({ faults: 0 })
  await sending.drain()
  expect(accepted(contact)).toBe(1)
})
