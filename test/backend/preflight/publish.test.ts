import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { runPreflight } from '#modules/preflight/run-preflight.ts'
import { saveSender } from '#modules/sender/save-sender.ts'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { hasSequence, newKey, person, tools } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

const of = (subject: string, body = 'Hello'): SequenceDefinition => ({
  stopWhenStageLeft: true,
  steps: [{ id: 'one', kind: 'email', subject, body }],
})

async function draft(definition: SequenceDefinition) {
  const portal = person(await newPortal(db, clock))
  const { id } = await hasSequence(deps, portal, { definition, published: false })
  const publish = () => changeSequenceStatus(deps, portal, id, { action: 'publish', idempotencyKey: newKey() }, tools)
  return { portal, publish, look: () => runPreflight(deps, portal, id, {}, undefined) }
}

test('an error keeps a draft from being published, in the words of the finding', async () => {
  const { publish, look } = await draft(of('Re: Your proposal'))
  const { findings, revision, filledWith } = await look()
  expect([revision, filledWith]).toEqual([1, 'Example values'])
  const [worst] = findings
  expect(worst).toMatchObject({ severity: 'error', step: 1 })
  await expect(publish()).rejects.toMatchObject({
    code: 'invalid_input',
    message: worst?.sentence,
    field: 'definition.steps.0.subject',
  })
})

test('warnings are shown and can be passed', async () => {
  const { publish, look } = await draft(of('LAST CHANCE TO BUY!!', 'See http://bit.ly/1'))
  expect((await look()).findings.map(({ severity }) => severity)).toEqual(Array(6).fill('warning'))
  expect(await publish()).toMatchObject({ status: 'active', version: 1 })
})

test('a postal address that was saved is no finding any more', async () => {
  const { portal, look } = await draft(of('Hi'))
  const missing = 'sender.postalAddress'
  expect((await look()).findings.map(({ field }) => field)).toContain(missing)
  const sender = { fromName: 'Ada', replyTo: 'ada@example.com', postalAddress: 'Elm Street 1' }
  await saveSender(deps, portal, { ...sender, idempotencyKey: newKey() })
  expect((await look()).findings.map(({ field }) => field)).not.toContain(missing)
})

test('nobody to answer to keeps it from being published', async () => {
  const { portal, publish } = await draft(of('Hi'))
  await inPortal(db, portal.portalId, (trx) =>
    trx.updateTable('installations').set({ connectedByEmail: null }).where('portalId', '=', portal.portalId).execute(),
  )
  await expect(publish()).rejects.toMatchObject({ code: 'invalid_input', field: 'sender.replyTo' })
})

test('another portal’s sequence is not looked at', async () => {
  const theirs = await draft(of('Hi'))
  const { portal } = await draft(of('Hi'))
  const [sequence] = await inPortal(db, theirs.portal.portalId, (trx) =>
    trx.selectFrom('sequences').where('portalId', '=', theirs.portal.portalId).select('id').execute(),
  )
  await expect(runPreflight(deps, portal, sequence?.id ?? '', {}, undefined)).rejects.toMatchObject({
    code: 'not_found',
  })
})
