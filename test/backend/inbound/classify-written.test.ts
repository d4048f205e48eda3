import { expect, test } from 'vitest'
import { classifyMessage } from '#modules/inbound/classify-message.ts'
import { inboundContext, readWritten, writtenMails } from './inbound-corpus.ts'

test('the corpus is as large and as mixed as it claims', () => {
  const mails = writtenMails()
  const absences = mails.filter(({ kind }) => kind === 'out_of_office')
  const languages = new Set(absences.map(({ file }) => /absence\/([a-z]{2})-/.exec(file)?.[1]).filter(Boolean))
  expect(absences.length).toBeGreaterThanOrEqual(60)
  expect(languages.size).toBeGreaterThanOrEqual(8)
  const people = mails.filter(({ kind }) => kind === 'human_reply')
  expect(people.length).toBeGreaterThanOrEqual(60)
  const tones = ['formal', 'casual'].map((tone) =>
    people.flatMap(({ file }) => new RegExp(`human/([a-z]{2})-${tone}\\.eml`).exec(file)?.[1] ?? []).toSorted(),
  )
  expect(tones[0]).toEqual(tones[1])
  expect(new Set(tones[0]).size).toBeGreaterThanOrEqual(8)
})

test.each(writtenMails())('$file is $kind', async ({ file, kind, receivedOn, returnDate, ownText }) => {
  const found = await classifyMessage(readWritten(file), inboundContext(receivedOn))
  expect(found.kind, found.evidence.join(' ')).toBe(kind)
  expect(found.evidence.length).toBeGreaterThan(0)
  if (found.kind === 'out_of_office' && returnDate !== undefined) {
    expect(found.returnDate?.toString() ?? null).toBe(returnDate)
  }
  if (found.kind === 'human_reply' && typeof ownText === 'string') expect(found.ownText).toBe(ownText)
})
