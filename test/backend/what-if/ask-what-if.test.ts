import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import type { HubSpotCall } from '#hubspot/hubspot.ts'
import { eraseContact } from '#modules/contacts/erase-contact.ts'
import { saveSequence } from '#modules/sequences/save-sequence.ts'
import { answerWhatIfs } from '#modules/what-if/answer-what-ifs.ts'
import { askWhatIf } from '#modules/what-if/ask-what-if.ts'
import { getWhatIf } from '#modules/what-if/get-what-if.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import { hasSequence, newKey, person, tools } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const world = useWorld(useDatabase())

const DEMO = { pipelineId: 'default', stageId: 'demo' }

const definition: SequenceDefinition = {
  stopWhenStageLeft: true,
  steps: [
    { id: 'one', kind: 'email', subject: 'Hello', body: 'Hi there.' },
    { id: 'days', kind: 'wait', amount: 2, unit: 'days' },
    { id: 'two', kind: 'email', subject: 'About {{ deal.amount }}', body: 'Hi again.' },
    { id: 'more', kind: 'wait', amount: 2, unit: 'days' },
    { id: 'three', kind: 'email', subject: 'Last word', body: 'Bye.' },
  ],
}

/** A portal with three deals that walked through Demo weeks ago, and a draft that no stage starts. */
async function hasHistory() {
  const portal = await world.portal()
  const context = person(portal.portalId)
  await inPortal(world.deps.db, portal.portalId, async (trx) => {
    const { portalId } = portal
    await trx
      .insertInto('pipelines')
      .values({ portalId, pipelineId: 'default', label: 'Sales', displayOrder: 0 })
      .execute()
    await trx
      .insertInto('stages')
      .values({ portalId, ...DEMO, label: 'Demo', displayOrder: 1, isClosed: false })
      .execute()
  })
  const mark = `p${portal.portalId}`
  const deals = ['a', 'b', 'c'].map((name) => portal.hasDeal('lead', [`${name}@${mark}.example`]))
  const nobody = portal.hasDeal('lead')
  const [first, second, third] = deals
  if (!first || !second || !third) throw new Error('there are three deals')
  world.passes({ hours: 24 })
  for (const { dealId } of [first, second, nobody]) portal.moves(dealId, 'demo')
  world.passes({ hours: 72 })
  // The second one leaves before its last mail; the first one has no amount to write about.
  world.sandbox.updateRecord(portal.portalId, 'deals', second.dealId, { amount: '12000' })
  portal.moves(second.dealId, 'won')
  world.passes({ hours: 480 })
  await world.handlesEvents()
  const draft = await hasSequence(world.deps, context, { published: false, definition })
  return { portal, context, draft, contactId: first.contactIds[0] ?? '' }
}

type Told = Awaited<ReturnType<typeof hasHistory>>

const ask = ({ context, draft }: Told, stage: typeof DEMO | null = DEMO) =>
  askWhatIf(world.deps, context, draft.id, {
    startedBy: stage ? { kind: 'stage', ...stage } : { kind: 'mappings' },
    idempotencyKey: newKey(),
  })
const answer = ({ portal }: Told) => answerWhatIfs(world.deps, portal.portalId - 1)
const read = ({ context, draft }: Told) => getWhatIf(world.deps, context, draft.id)

test('says what a draft that no stage starts yet would have done', async () => {
  const told = await hasHistory()
  expect(await read(told)).toMatchObject({ state: 'never', report: null })
  expect(await ask(told)).toMatchObject({ state: 'waiting', outdated: false })
  await answer(told)
  const { state, report } = await read(told)
  expect(state).toBe('done')
  expect(report).toMatchObject({
    dealsRead: 4,
    dealsFound: 4,
    deals: 3,
    enrolled: 2,
    mails: 3,
    completed: 0,
    stopped: 1,
    running: 1,
    held: 1,
    notEnrolled: [{ reason: 'no_contact', count: 1 }],
    stops: [{ reason: 'stage_left', count: 1 }],
  })
  expect(report?.mailList[0]).toMatchObject({ step: 1, contactName: 'Ada Byron', sender: expect.stringContaining('@') })
  expect(report?.holdList[0]?.why).toBe('No value for deal.amount. Fill it in HubSpot, then try again.')
  // Nothing was enrolled, sent or stopped by asking.
  expect(await told.portal.enrollments(report?.mailList[0]?.dealId ?? '')).toEqual([])
})

test('without a stage that starts it, it asks for one; a stage that HubSpot has not is refused', async () => {
  const told = await hasHistory()
  await expect(ask(told, null)).rejects.toMatchObject({ code: 'invalid_input', field: 'stage' })
  await expect(ask(told, { ...DEMO, stageId: 'elsewhere' })).rejects.toMatchObject({ code: 'not_found' })
})

test('an answer about an older draft says so, and goes when somebody in it is erased', async () => {
  const told = await hasHistory()
  const { context, draft, contactId, portal } = told
  await ask(told)
  await answer(told)
  const shorter = { ...definition, steps: definition.steps.slice(0, 3) }
  const change = { name: draft.name, definition: shorter, revision: draft.revision, idempotencyKey: newKey() }
  await saveSequence(world.deps, context, draft.id, change, tools)
  expect(await read(told)).toMatchObject({ state: 'done', outdated: true })
  await inPortal(world.deps.db, portal.portalId, (trx) => eraseContact(world.deps, trx, context, contactId))
  expect(await read(told)).toMatchObject({ state: 'never', report: null })
})

test('when HubSpot refuses, the question ends with its sentence and can be asked again', async () => {
  const told = await hasHistory()
  await ask(told)
  const match = { path: /deals\/search/, portalId: told.portal.portalId }
  world.sandbox.faults.add({ match, kind: 'status', status: 403, times: Number.POSITIVE_INFINITY })
  await answer(told)
  expect(await read(told)).toMatchObject({ state: 'failed', problem: expect.stringMatching(/\.$/) })
  world.sandbox.faults.clear()
  await ask(told)
  await answer(told)
  expect(await read(told)).toMatchObject({ state: 'done', problem: null })
})

test('the deals of the pipeline that starts the draft are read before those of others', async () => {
  const told = await hasHistory()
  const { context, portal } = told
  const other = await hasSequence(world.deps, context, { name: 'Another', definition })
  const stage = { pipelineId: 'another', stageId: 'first' }
  await inPortal(world.deps.db, portal.portalId, (trx) =>
    trx
      .insertInto('mappings')
      .values({
        ...{ portalId: portal.portalId, ...stage, sequenceId: other.id, active: true, updatedAt: world.clock.read() },
        policy: JSON.stringify(DEFAULT_POLICY),
      })
      .execute(),
  )
  const searched: string[] = []
  const { hubspot } = world.deps
  const deps = {
    ...world.deps,
    hubspot: {
      ...hubspot,
      call: (portalId: number, call: HubSpotCall) => {
        if (call.path.endsWith('/deals/search'))
          searched.push(JSON.stringify(call.body).includes('"another"') ? 'another' : 'default')
        return hubspot.call(portalId, call)
      },
    },
  }
  await ask(told)
  await answerWhatIfs(deps, portal.portalId - 1)
  expect(await read(told)).toMatchObject({ state: 'done', report: { deals: 3 } })
  expect(searched).toEqual(['default', 'another'])
})
