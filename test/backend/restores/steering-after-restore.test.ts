import { expect, test } from 'vitest'
import { declareRestore } from '#modules/restores/declare-restore.ts'
import { useInbound } from '#test/backend/inbound/use-inbound.ts'
import { email, wait } from '#test/support/sending.ts'
import { goTo, waitFor } from '#test/support/steering.ts'

const { clock, start, mailsTo, comesBack } = useInbound()

const steps = [email('a'), waitFor('w', { onEvent: 'c', onTimeout: 'end' }), email('b'), email('c', 'Thanks')]

test('a reply that is read once more after a restore does not send its mail once more by itself', async () => {
  const sending = await start({ steps })
  const contact = await sending.enroll()
  await sending.drain()
  clock.passes({ minutes: 10 })
  await declareRestore(sending.deps)
  clock.passes({ minutes: 1 })
  await comesBack(sending, contact, 'reply')
  await sending.drain()
  expect(mailsTo(contact.email)).toHaveLength(1)
  expect((await sending.runs()).at(-1)).toMatchObject({
    status: 'held',
    why: expect.stringMatching(/^The database was/),
  })

  const later = await sending.enroll()
  await sending.drain()
  await comesBack(sending, later, 'reply')
  await sending.drain()
  expect(mailsTo(later.email)).toHaveLength(2)
})

test('a mail behind steering steps that were due before the restore waits for a person', async () => {
  const sending = await start({ steps: [wait('w', 5, 'minutes'), goTo('g', 'b'), email('a'), email('b')] })
  const contact = await sending.enroll()
  clock.passes({ minutes: 10 })
  await declareRestore(sending.deps)
  clock.passes({ minutes: 1 })
  await sending.drain()
  expect(mailsTo(contact.email)).toEqual([])
  expect((await sending.runs()).at(-1)).toMatchObject({
    status: 'held',
    why: expect.stringMatching(/^The database was/),
  })
})
