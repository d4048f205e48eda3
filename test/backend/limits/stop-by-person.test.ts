import { expect, test } from 'vitest'
import { allowByPerson } from '#modules/limits/allow-by-person.ts'
import { getStops } from '#modules/limits/get-stops.ts'
import { stopByPerson } from '#modules/limits/stop-by-person.ts'
import { useSending } from '#test/backend/steps/use-sending.ts'
import { newKey, person } from '#test/support/configured-portal.ts'

const { server, start, accepted } = useSending()

test('a person stops all sending in the middle of a batch and allows it again: each mail goes out once', async () => {
  const sending = await start()
  const contacts = []
  for (let i = 0; i < 30; i++) contacts.push(await sending.enroll())
  const boss = person(sending.portalId, 'boss@acme.example')
  let asked = 0
  server.before('data', async () => {
    if (++asked !== 12) return
    await stopByPerson(sending.deps, boss, null, { reason: ' ', idempotencyKey: newKey() })
  })
  await sending.drain()
  server.clear()
  expect(contacts.map(accepted).filter((times) => times > 0).length).toBeLessThan(25)
  expect(await getStops(sending.deps, boss)).toMatchObject({
    stops: [
      { sequenceId: null, cause: 'person', reason: 'stopped by boss@acme.example.', stoppedBy: 'boss@acme.example' },
    ],
  })
  const waiting = (await sending.runs()).filter((run) => run.status === 'scheduled')
  expect(waiting.every((run) => run.why === 'Sending is stopped: stopped by boss@acme.example.')).toBe(true)

  const lift = { cause: 'person', idempotencyKey: newKey() } as const
  expect(await allowByPerson(sending.deps, boss, null, lift)).toEqual({ stops: [] })
  await sending.drain()
  expect(contacts.map(accepted)).toEqual(contacts.map(() => 1))
  expect(
    await sending.query(
      `select kind, actor from activities where portal_id = ${sending.portalId} and kind like 'sending.%' order by at, id`,
    ),
  ).toEqual([
    { kind: 'sending.stopped', actor: 'boss@acme.example' },
    { kind: 'sending.allowed', actor: 'boss@acme.example' },
  ])
})

test('a reason that no mail could show is refused', async () => {
  const sending = await start()
  const input = { reason: 'two\nlines', idempotencyKey: newKey() }
  await expect(stopByPerson(sending.deps, person(sending.portalId), null, input)).rejects.toMatchObject({
    code: 'invalid_input',
  })
})
