import { expect, test } from 'vitest'
import { listHeaders, type MailList } from '#mail/list-headers.ts'

const LIST: MailList = {
  sequenceId: '0198c0de-0000-7000-8000-000000000001',
  sequenceName: 'Proposal follow-up',
  portalId: 62515,
  domain: 'mail.example.com',
}
const WAYS = { url: 'https://app.example.com/unsubscribe/a.b.c', address: 'unsubscribe+abc@mail.example.com' }
const ID = '<0198c0de-0000-7000-8000-000000000001.62515.mail.example.com>'
const listId = (sequenceName: string) => listHeaders({ ...LIST, sequenceName }, WAYS)['List-Id']?.value

test('the link comes before the address, and the post header is word for word that of RFC 8058', () => {
  const headers = listHeaders(LIST, WAYS)
  expect(headers['List-Unsubscribe']?.value).toBe(
    '<https://app.example.com/unsubscribe/a.b.c>,\r\n <mailto:unsubscribe+abc@mail.example.com?subject=unsubscribe>',
  )
  expect(headers['List-Unsubscribe-Post']?.value).toBe('List-Unsubscribe=One-Click')
})

test('an address that nobody reads is not named', () => {
  const headers = listHeaders(LIST, { ...WAYS, address: undefined })
  expect(headers['List-Unsubscribe']?.value).toBe('<https://app.example.com/unsubscribe/a.b.c>')
})

test('complaints are counted by sequence, by portal and over all, never by recipient', () => {
  expect(listHeaders(LIST, WAYS)['Feedback-ID']?.value).toBe('0198c0de-0000-7000-8000-000000000001:62515:stagecue')
})

test.each([
  ['plain', 'Proposal follow-up', `"Proposal follow-up" ${ID}`],
  ['quotes and backslashes', 'The "big" C:\\ one', `"The \\"big\\" C:\\\\ one" ${ID}`],
  ['brackets that look like an id', 'x <evil.example>, y', `"x <evil.example>, y" ${ID}`],
  ['a new line', 'a\r\nBcc: evil@example.net', `"a Bcc: evil@example.net" ${ID}`],
  ['beyond ASCII', 'Größe', `=?UTF-8?B?R3LDtsOfZQ==?= ${ID}`],
  ['what looks encoded', '=?utf-8?q?x?=', `=?UTF-8?B?PT91dGYtOD9xP3g/PQ==?= ${ID}`],
  ['nothing', ' \u0000 ', ID],
])("the sequence's name stands before the list id: %s", (_what, name, value) => {
  expect(listId(name)).toBe(value)
})

test('a long name is cut, between whole characters', () => {
  const words = listId('😀'.repeat(300))?.match(/=\?UTF-8\?B\?[^?]*\?=/g) ?? []
  const text = words.map((word) => Buffer.from(word.slice(10, -2), 'base64').toString()).join('')
  expect(text).toBe('😀'.repeat(100))
  expect(Math.max(...words.map((word) => word.length))).toBeLessThanOrEqual(75)
})

test.each([
  ['a line break in the link', LIST, { ...WAYS, url: 'https://a.example/\r\nBcc: x' }],
  ['a bracket in the link', LIST, { ...WAYS, url: 'https://a.example/>,<mailto:x@y.example' }],
  ['a blank in the address', LIST, { ...WAYS, address: 'a b@example.com' }],
  ['a letter beyond ASCII', LIST, { ...WAYS, address: 'ü@example.com' }],
  ['a line break in the list id', { ...LIST, domain: 'a.example\r\nBcc: x' }, WAYS],
])('%s is refused', (_what, list, ways) => {
  expect(() => listHeaders(list, ways)).toThrow(/cannot stand in a mail header/)
})
