import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { readDkimKey } from '#mail/read-dkim-key.ts'
import { signMail } from '#mail/sign-mail.ts'
import { GOLDEN_KEY, GOLDEN_MAILS, SENT_AT } from './golden/golden-mails.ts'
import { verifyDkim } from './verify-dkim.ts'

const verify = (mime: Buffer) => verifyDkim(mime, GOLDEN_KEY, SENT_AT)
const followUp = () => GOLDEN_MAILS['follow-up']?.() ?? Promise.reject(new Error('no such mail'))
const edited = async (change: (text: string) => string) =>
  Buffer.from(change((await followUp()).toString('latin1')), 'latin1')

test('the signature stands in front, and not another byte of the mail changes', () => {
  const mime = Buffer.from('From: a@example.com\r\nSubject: \xfc\r\n\r\nHi\r\n', 'latin1')
  const signed = signMail(mime, GOLDEN_KEY, SENT_AT)
  expect(signed.subarray(-mime.length).equals(mime)).toBe(true)
  expect(signed.toString('latin1')).toMatch(/^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed; t=\d+;\r\n/)
  expect(signMail(mime, GOLDEN_KEY, SENT_AT).equals(signed)).toBe(true)
})

test('every header that says who, to whom, what, in which thread and how to leave is covered, and once more than it is there', async () => {
  const { covered, hashed } = await verify(await followUp())
  const times = (name: string) => covered.filter((other) => other === name).length
  const present = [
    ...['from', 'to', 'subject', 'date', 'message-id', 'reply-to', 'in-reply-to', 'references'],
    ...['list-unsubscribe', 'list-unsubscribe-post', 'list-id', 'feedback-id', 'mime-version', 'content-type'],
  ]
  for (const name of present) expect([name, times(name)]).toEqual([name, 2])
  for (const name of ['cc', 'content-transfer-encoding']) expect([name, times(name)]).toEqual([name, 1])
  expect(covered.length).toBe(present.length * 2 + 2)
  expect(hashed.toSorted()).toEqual(present.toSorted())
})

test.each([
  'From: ceo@mail.example.com',
  'To: everybody@example.net',
  'Cc: everybody@example.net',
  'Subject: Pay at once',
  'Date: Tue, 24 Nov 2026 09:00:00 +0000',
  'Reply-To: thief@example.net',
  'References: <other@example.net>',
  'List-Unsubscribe: <https://example.net/>',
  'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
  'List-Id: <other.example.net>',
  'Content-Type: text/html',
  'Content-Transfer-Encoding: base64',
])('a second header added on the way breaks the signature: %s', async (line) => {
  for (const added of [
    await edited((text) => text.replace('\r\nFrom:', `\r\n${line}\r\nFrom:`)),
    await edited((text) => `${line}\r\n${text}`),
  ]) {
    expect(await verify(added)).not.toMatchObject({ result: 'pass' })
  }
})

test('a header that the mail does not have cannot be added either', async () => {
  const first = (await GOLDEN_MAILS['first-mail']?.())?.toString('latin1') ?? ''
  for (const line of ['In-Reply-To: <x@example.net>', 'References: <x@example.net>']) {
    expect(await verify(Buffer.from(`${line}\r\n${first}`, 'latin1'))).not.toMatchObject({ result: 'pass' })
  }
})

test.each([
  ['the subject', 'Subject: Your', 'Subject: My'],
  ['the text', 'did you find', 'did she find'],
  ['the one-click link', 'eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0', 'eyJhbGciOiJIUzI1NiIsImtpZCI6ImsyIn0'],
  ['the signing time', 't=1795424400', 't=1795424401'],
])('changing %s breaks it', async (_what, from, to) => {
  expect(await verify(await edited((text) => text.replace(from, to)))).not.toMatchObject({ result: 'pass' })
})

test('what relays do to white space does not break it', async () => {
  const relayed = await edited((text) =>
    text
      .replace('Subject: Your proposal', 'SUBJECT:   Your\r\n\tproposal  ')
      .replace('Hi Ada, did', 'Hi Ada,  did')
      .concat('\r\n\r\n'),
  )
  expect(await verify(relayed)).toMatchObject({ result: 'pass' })
  expect(await verify(await edited((text) => `Received: from a by b\r\n${text}`))).toMatchObject({ result: 'pass' })
})

test.each([
  ['an empty body', 'From: a@mail.example.com\r\n\r\n'],
  ['empty lines only', 'From: a@mail.example.com\r\n\r\n\r\n\r\n'],
  ['no line end', 'From: a@mail.example.com\r\n\r\nHi \t there'],
  ['two of a header', 'From: a@mail.example.com\r\nTo: a@x.example\r\nTo: b@x.example\r\n\r\nHi\r\n'],
  ['blanks and folds', 'From:a@mail.example.com\r\nSubject: \r\n\t  a \t b\r\n c \r\n\r\n  a \r\n\r\nb\t\r\n\r\n'],
])('%s verifies too', async (_what, text) => {
  expect(await verify(signMail(Buffer.from(text), GOLDEN_KEY, SENT_AT))).toMatchObject({ result: 'pass' })
})

test('bytes without an end of headers are refused', () => {
  expect(() => signMail(Buffer.from('From: a@example.com'), GOLDEN_KEY, SENT_AT)).toThrow(/cannot be signed/)
})

const pkcs8 = (key: { export(options: { type: 'pkcs8'; format: 'der' }): Buffer }) =>
  key.export({ type: 'pkcs8', format: 'der' }).toString('base64url')
const rsa = (modulusLength: number) => pkcs8(generateKeyPairSync('rsa', { modulusLength }).privateKey)
const GOOD = pkcs8(GOLDEN_KEY.privateKey)

test('a key is read with its domain and selector', () => {
  const key = readDkimKey(` mail.example.com:s1.eu:${GOOD} `)
  expect(key).toMatchObject({ domain: 'mail.example.com', selector: 's1.eu' })
  expect(key?.privateKey.equals(GOLDEN_KEY.privateKey)).toBe(true)
})

test.each([
  ['nothing', ''],
  ['no selector', `mail.example.com:${GOOD}`],
  ['one part too many', `mail.example.com:s1:${GOOD}:x`],
  ['no domain name', `mail:s1:${GOOD}`],
  ['a selector that is no name', `mail.example.com:s_1:${GOOD}`],
  ['a tag in the selector', `mail.example.com:s1;t=y:${GOOD}`],
  ['no base64url', 'mail.example.com:s1:+/+/'],
  ['half a key', `mail.example.com:s1:${GOOD.slice(0, 400)}`],
  ['a short key', `mail.example.com:s1:${rsa(1024)}`],
  ['a key of another kind', `mail.example.com:s1:${pkcs8(generateKeyPairSync('ed25519').privateKey)}`],
])('%s is no key', (_what, text) => {
  expect(readDkimKey(text)).toBeUndefined()
})
