import { readdirSync, readFileSync } from 'node:fs'
import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { GOLDEN_KEY, GOLDEN_MAILS, SENT_AT } from './golden/golden-mails.ts'
import { verifyDkim } from './verify-dkim.ts'

const folder = new URL('golden/', import.meta.url)
const golden = (name: string) => readFileSync(new URL(`${name}.eml`, folder))

test('there is one file for each kind of mail', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.eml'))
  expect(files.toSorted()).toEqual(
    Object.keys(GOLDEN_MAILS)
      .map((name) => `${name}.eml`)
      .toSorted(),
  )
})

test.each(Object.entries(GOLDEN_MAILS))('%s is byte for byte what it was', async (name, make) => {
  const mime = await make()
  // As text first, because its difference can be read.
  expect(mime.toString('latin1').split('\r\n')).toEqual(golden(name).toString('latin1').split('\r\n'))
  expect(mime.equals(golden(name))).toBe(true)
})

test.each(Object.keys(GOLDEN_MAILS))(
  '%s keeps the limits of RFC 5322: short ASCII lines that end with CRLF',
  (name) => {
    const text = golden(name).toString('latin1')
    expect(text).toMatch(/^[\r\n\t\x20-\x7e]*$/)
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
    expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998)
    const headers = text.slice(0, text.indexOf('\r\n\r\n')).split(/\r\n(?![ \t])/)
    const names = headers.map((header) => header.slice(0, header.indexOf(':')).toLowerCase())
    expect(new Set(names).size).toBe(names.length)
  },
)

test.each(Object.keys(GOLDEN_MAILS))("%s carries a signature that another library's verifier passes", async (name) => {
  expect(await verifyDkim(golden(name), GOLDEN_KEY, SENT_AT)).toMatchObject({
    result: 'pass',
    aligned: true,
    algorithm: 'rsa-sha256',
  })
})

test('another parser reads the names, the subject and the list as they were written', async () => {
  const mail = await PostalMime.parse(golden('names-beyond-ascii'))
  expect(mail.from).toEqual({ name: 'Jürgen "J" Groß, Vertrieb', address: 'sales-62515@mail.example.com' })
  expect(mail.subject).toBe('Grüße für Łukasz 😀')
  expect(mail.text).toContain('Äußere Straße 1')
  const list = mail.headers.find((header) => header.key === 'list-id')?.value
  expect(list).toMatch(/ <0198c0de-0000-7000-8000-000000000001\.62515\.mail\.example\.com>$/)
})
