import { expect, test } from 'vitest'
import { checkImport } from '#modules/sequence-files/check-import.ts'
import { exportSequence } from '#modules/sequence-files/export-sequence.ts'
import { importSequence } from '#modules/sequence-files/import-sequence.ts'
import { getSequence } from '#modules/sequences/get-sequence.ts'
import { listSequences } from '#modules/sequences/list-sequences.ts'
import { activityKinds, hasSequence, newKey, person, tools, twoMails } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })

async function world() {
  const portal = person(await newPortal(db, clock))
  return {
    portal,
    exports: (id: string, version?: string) => exportSequence(deps, portal, id, version ? { version } : {}),
    checks: (text: string) => checkImport(deps, portal, { text }, tools),
    imports: (text: string, revision: number | null, idempotencyKey = newKey()) =>
      importSequence(deps, portal, { text, ...(revision === null ? {} : { revision }), idempotencyKey }, tools),
  }
}

test('a draft goes out, is changed in the file, and comes back as the draft of the same sequence', async () => {
  const { portal, exports, checks, imports } = await world()
  const { id } = await hasSequence(deps, portal)
  const { fileName, text } = await exports(id)
  expect(fileName).toBe('demo-follow-up.yaml')
  expect(await checks(text)).toEqual({
    name: 'Demo follow-up',
    replaces: { id, name: 'Demo follow-up', revision: 1, scenariosRevision: 0 },
    lines: [],
    notPublishable: null,
  })
  const changed = text.replace('amount: 2', 'amount: 3').replace('subject: Checking in', 'subject: A last word')
  const { lines, replaces } = await checks(changed)
  expect(lines).toEqual([
    { kind: 'changed', text: 'Step 2, wait of 2 days: amount changed', details: ['amount: 2 → 3'] },
    {
      kind: 'changed',
      text: 'Step 3, e-mail “Checking in”: subject changed',
      details: ['subject: “Checking in” → “A last word”'],
    },
  ])
  expect(await getSequence(deps, portal, id, tools)).toMatchObject({ draft: twoMails })
  const key = newKey()
  const imported = await imports(changed, replaces?.revision ?? null, key)
  expect(imported).toMatchObject({ id, version: 1, revision: 2, hasUnpublishedChanges: true, status: 'active' })
  expect(imported.draft.steps[1]).toMatchObject({ amount: 3 })
  expect(await imports(changed, replaces?.revision ?? null, key)).toEqual(imported)
  await expect(imports(text, 1)).rejects.toMatchObject({ code: 'conflict' })
  expect(await activityKinds(db, portal.portalId)).toContain('sequence.imported')
  expect((await exports(id, '1')).text).toContain('# A Stagecue sequence (version 1)')
  expect((await exports(id, '1')).text).toContain('amount: 2')
})

test('in another account the file makes a new draft, and the next import finds it by its key', async () => {
  const here = await world()
  const there = await world()
  const { id } = await hasSequence(deps, here.portal)
  const { text } = await here.exports(id)
  const plan = await there.checks(text)
  expect(plan).toMatchObject({ replaces: null, notPublishable: null })
  expect(plan.lines.map((line) => line.text)).toEqual([
    'Step 1 added: e-mail “Looking forward”',
    'Step 2 added: wait of 2 days',
    'Step 3 added: e-mail “Checking in”',
  ])
  const first = await there.imports(text, null)
  expect(first).toMatchObject({ status: 'draft', version: null, draft: twoMails })
  expect(first.id).not.toBe(id)
  const renamed = text.replace('name: Demo follow-up', 'name: Demos')
  expect(await there.checks(renamed)).toMatchObject({
    replaces: { id: first.id },
    lines: [{ kind: 'changed', text: 'Name', details: ['“Demo follow-up” → “Demos”'] }],
  })
  expect(await there.imports(renamed, 1)).toMatchObject({ id: first.id, name: 'Demos', revision: 2 })
  expect((await there.exports(first.id)).text).toBe(renamed)
  expect(await listSequences(deps, there.portal)).toHaveLength(1)
  expect(await getSequence(deps, here.portal, id, tools)).toMatchObject({ name: 'Demo follow-up', revision: 1 })
})

test('what a draft must keep is refused with its line, what a version needs is told', async () => {
  const { portal, exports, checks, imports } = await world()
  const { id } = await hasSequence(deps, portal)
  const { text } = await exports(id)
  const wrong = text.replace('body: Hello again', 'body: "{{ wrong }}"')
  const line = wrong.split('\n').findIndex((one) => one.includes('wrong')) + 1
  await expect(checks(wrong)).rejects.toMatchObject({
    code: 'template_invalid',
    message: `Line ${line}: Step 3: The body uses “wrong”.`,
  })
  await expect(imports(wrong, 1)).rejects.toMatchObject({ code: 'template_invalid' })
  const twice = text.replace('id: two', 'id: one')
  await expect(checks(twice)).rejects.toThrow(/^Line \d+: Step 3 has the id of a step before it/)
  const empty = text.replace('subject: Looking forward', 'subject: ""')
  expect(await checks(empty)).toMatchObject({
    notPublishable: 'Step 1 has no subject. The first e-mail must have one.',
  })
  await hasSequence(deps, portal, { name: 'Taken' })
  const taken = text.replace(/^key: .*/m, 'key: new').replace('name: Demo follow-up', 'name: taken')
  await expect(imports(taken, null)).rejects.toThrow(/Another sequence is called/)
})

test('another portal’s sequence is not exported, and its key is not known here', async () => {
  const mine = await world()
  const theirs = await world()
  const { id } = await hasSequence(deps, theirs.portal)
  await expect(mine.exports(id)).rejects.toMatchObject({ code: 'not_found' })
  const { text } = await theirs.exports(id)
  await expect(mine.imports(text, 1)).rejects.toMatchObject({ code: 'conflict' })
})
