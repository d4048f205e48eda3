import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkTemplate } from '#mail/check-template.ts'
import { MERGE_FIELDS } from '#mail/merge-fields.ts'
import { previewMail } from '#mail/preview-mail.ts'
import { renderMail } from '#mail/render-mail.ts'
import { checkSequence } from '#modules/preflight/check-sequence.ts'
import { createFromStarter } from '#modules/sequence-files/create-from-starter.ts'
import { listStarters } from '#modules/sequence-files/list-starters.ts'
import { readStarter, STARTERS } from '#modules/sequence-files/starters.ts'
import { writeFile } from '#modules/sequence-files/write-file.ts'
import { changeSequenceStatus } from '#modules/sequences/change-sequence-status.ts'
import type { EmailStep } from '#shared/contract/sequence.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { useDatabase } from '#test/support/database.ts'
import { makeDeps, newPortal, TestClock } from '#test/support/deps.ts'

const { db } = useDatabase()
const clock = new TestClock()
const deps = makeDeps({ db, clock })
const tools = { check: checkTemplate, preview: previewMail, fields: MERGE_FIELDS }

const mailsOf = (key: string): EmailStep[] => {
  const starter = STARTERS.find((one) => one.key === key)
  if (!starter) throw new Error(`no starter ${key}`)
  return readStarter(starter).definition.steps.filter((step) => step.kind === 'email')
}

test('every file is offered, and each pack has two at least', () => {
  const files = readdirSync(new URL('../../../backend/src/modules/sequence-files/starters/', import.meta.url))
  expect(STARTERS.map(({ key }) => `${key}.yaml`).toSorted()).toEqual(files.toSorted())
  const packs = Map.groupBy(STARTERS, ({ pack }) => pack)
  expect([...packs.keys()]).toEqual(['SaaS', 'E-commerce', 'Agency'])
  for (const [, starters] of packs) expect(starters.length).toBeGreaterThanOrEqual(2)
  const { starters } = listStarters()
  expect(new Set(starters.map(({ name }) => name.toLowerCase())).size).toBe(STARTERS.length)
  for (const { outline } of starters) expect(outline.length).toBeGreaterThanOrEqual(5)
})

describe.each(STARTERS)('$key', (starter) => {
  test('is read, becomes a draft, and can be published as it is', async () => {
    const portal = person(await newPortal(db, clock))
    const create = () => createFromStarter(deps, portal, { key: starter.key, idempotencyKey: newKey() }, tools)
    const { name, definition } = readStarter(starter)
    const draft = await create()
    expect(draft).toMatchObject({ name, status: 'draft', draft: definition })
    expect(await create()).toMatchObject({ name: `${name} 2` })
    const input = { action: 'publish', idempotencyKey: newKey() } as const
    expect(await changeSequenceStatus(deps, portal, draft.id, input, tools)).toMatchObject({
      version: 1,
      status: 'active',
    })
    expect(definition.calendar?.windows?.length).toBeGreaterThan(0)
    expect(writeFile({ key: 'k', name, definition, what: 'draft' })).toContain('kind: email')
  })

  test('nothing has to be looked at before it goes live', () => {
    const sender = { replyTo: 'ada@example.com', postalAddress: 'Example Street 1' }
    const { definition } = readStarter(starter)
    expect(checkSequence({ definition, sender, domain: undefined, values: undefined })).toEqual([])
  })

  test('every mail previews without problems, and goes out even where HubSpot knows nothing of the contact', () => {
    for (const mail of mailsOf(starter.key)) {
      expect(previewMail(mail)).toMatchObject({ problems: [], subject: expect.stringMatching(/.{10,}/) })
      const bare = renderMail(mail, { 'sender.name': 'Ada' })
      expect(bare).not.toHaveProperty('unfilled')
      if ('unfilled' in bare) continue
      expect(bare.text).toMatch(/^Hi there,\n\n[A-Z]/)
      expect(bare.text).toMatch(/\n\nBest regards,\nAda\b/)
      expect(`${bare.subject} ${bare.text}`).not.toMatch(/\{\{|undefined|null|\[[^\]]*\]/)
      expect(bare.subject.length).toBeLessThanOrEqual(60)
    }
  })

  // A deal's name is for colleagues: "ACME, upsell, hot".
  test('shows no customer what the deal is called among colleagues', () => {
    for (const { subject, body } of mailsOf(starter.key)) expect(`${subject} ${body}`).not.toContain('deal.')
  })

  test('is written as one person writes to another', () => {
    for (const { subject, body } of mailsOf(starter.key)) {
      expect(subject).not.toMatch(/^(re|fwd?):/i)
      const text = `${subject}\n${body}`
      expect(text).not.toMatch(
        /\b(free|act now|limited|guarantee|urgent|click here|deal of|!{1,}|100 ?%|buy now|winner|cheap)\b/i,
      )
      expect(text).not.toMatch(/!|[A-Z]{4,}|https?:/)
      expect(body).toMatch(/\?/)
      expect(body.split(/\s+/).length).toBeLessThan(140)
    }
  })
})

test('an unknown starter is not found', async () => {
  const portal = person(await newPortal(db, clock))
  const input = { key: 'nothing', idempotencyKey: newKey() }
  await expect(createFromStarter(deps, portal, input, tools)).rejects.toMatchObject({ code: 'not_found' })
})
