import PostalMime from 'postal-mime'
import { expect, test } from 'vitest'
import { composeMime, type MailToCompose } from '#mail/compose-mime.ts'
import { renderMail } from '#mail/render-mail.ts'
import { hostileStrings } from '#test/support/corpora.ts'

const MAIL: MailToCompose = {
  from: { name: 'Charles Babbage', address: 'hello-1@mail.example.com' },
  replyTo: 'charles@example.com',
  recipient: 'ada@example.com',
  subject: 'Engines for Ada',
  text: 'Hi Ada',
  html: '<p>Hi Ada</p>',
  date: Temporal.Instant.from('2026-11-23T09:00:00Z'),
  messageId: '<abc@mail.example.com>',
  references: [],
  unsubscribe: {
    url: 'https://app.example.com/unsubscribe/eyJ.abc.def',
    address: 'unsubscribe+abc@mail.example.com',
  },
  list: { sequenceId: 'sequence-1', sequenceName: 'Follow-up', portalId: 7, domain: 'mail.example.com' },
  postalAddress: 'Difference Machines, 1 Dorset St, London',
}

const nameOf = (line: string) => line.slice(0, line.indexOf(':')).toLowerCase()
const headersOf = (mime: Buffer) =>
  (mime.toString('latin1').split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ').split('\r\n')

test('the headers are exactly these', async () => {
  const headers = headersOf(await composeMime(MAIL)).map((line) => line.replace(/boundary=.*/, 'boundary'))
  expect(headers.sort()).toEqual([
    'Content-Type: multipart/alternative; boundary',
    'Date: Mon, 23 Nov 2026 09:00:00 +0000',
    'Feedback-ID: sequence-1:7:stagecue',
    'From: Charles Babbage <hello-1@mail.example.com>',
    'List-ID: "Follow-up" <sequence-1.7.mail.example.com>',
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    'List-Unsubscribe: <https://app.example.com/unsubscribe/eyJ.abc.def>, <mailto:unsubscribe+abc@mail.example.com?subject=unsubscribe>',
    'MIME-Version: 1.0',
    'Message-ID: <abc@mail.example.com>',
    'Reply-To: charles@example.com',
    'Subject: Engines for Ada',
    'To: ada@example.com',
  ])
})

test('the same mail gives the same bytes, and no two mails share a boundary', async () => {
  const mime = await composeMime(MAIL)
  expect((await composeMime(MAIL)).equals(mime)).toBe(true)
  const other = await composeMime({ ...MAIL, messageId: '<other@mail.example.com>' })
  const boundary = (text: Buffer) => /boundary="([^"]+)"/.exec(text.toString('latin1'))?.[1]
  expect(boundary(other)).not.toBe(boundary(mime))
})

test('both parts carry the text, the postal address and the unsubscribe link', async () => {
  const parsed = await PostalMime.parse(await composeMime(MAIL))
  for (const part of [parsed.text, parsed.html]) {
    expect(part).toContain('Hi Ada')
    expect(part).toContain('1 Dorset St')
    expect(part).toContain('https://app.example.com/unsubscribe/eyJ.abc.def')
  }
  expect(parsed.html).not.toContain('<img')
})

test('a follow-up names the mails before it, and a long conversation keeps its first and latest', async () => {
  const references = Array.from({ length: 60 }, (_, i) => `<m${i}@mail.example.com>`)
  const headers = headersOf(await composeMime({ ...MAIL, references }))
  expect(headers).toContain('In-Reply-To: <m59@mail.example.com>')
  const line = headers.find((header) => header.startsWith('References:')) ?? ''
  expect(line).toContain('<m0@mail.example.com>')
  expect(line).toContain('<m59@mail.example.com>')
  expect(line.length).toBeLessThan(998)
})

test('lines are short, end with CRLF, and international text survives', async () => {
  const text = `Grüße aus Köln 😀 ${'x'.repeat(3000)}`
  const mime = await composeMime({
    ...MAIL,
    subject: 'Grüße 😀',
    text,
    from: { ...MAIL.from, name: 'Jürgen "J" Groß, Vertrieb' },
  })
  const lines = mime.toString('latin1').split('\r\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(998)
  expect(lines.filter((line) => /[\r\n]/.test(line))).toEqual([])
  const parsed = await PostalMime.parse(mime)
  expect(parsed.subject).toBe('Grüße 😀')
  expect(parsed.from?.name).toBe('Jürgen "J" Groß, Vertrieb')
  expect(parsed.from?.address).toBe(MAIL.from.address)
  expect(parsed.text).toContain(text)
})

test('no hostile value adds a header or a recipient, reads literally in the text part and escaped in the HTML part', async () => {
  const plain = headersOf(await composeMime({ ...MAIL, references: ['<m0@mail.example.com>'] })).map(nameOf)
  const values = hostileStrings()
  expect(values.length).toBeGreaterThan(600)
  for (const value of values) {
    const rendered = renderMail(
      { subject: 'S {{ contact.firstname | default: "-" }}', body: 'A[{{ contact.firstname | default: "-" }}]Z' },
      { 'contact.firstname': value },
    )
    if ('unfilled' in rendered) throw new Error('a default was given')
    const html = renderMail(
      { subject: 's', body: '<p>A[{{ contact.firstname | default: "-" }}]Z</p>' },
      { 'contact.firstname': value },
    )
    if ('unfilled' in html) throw new Error('a default was given')
    const from = { name: value, address: MAIL.from.address }
    const list = { ...MAIL.list, sequenceName: value }
    const references = ['<m0@mail.example.com>']
    const mime = await composeMime({
      ...MAIL,
      from,
      ...rendered,
      html: html.html,
      postalAddress: value,
      list,
      references,
    })
    const headers = headersOf(mime)
    expect(headers.map(nameOf)).toEqual(plain)
    expect(headers.find((line) => nameOf(line) === 'list-id')).toMatch(/ <sequence-1\.7\.mail\.example\.com>$/)
    const parsed = await PostalMime.parse(mime)
    expect(parsed.to).toEqual([{ address: 'ada@example.com', name: '' }])
    expect(parsed.cc ?? parsed.bcc).toBeUndefined()
    expect(parsed.from?.address).toBe(MAIL.from.address)
    expect(parsed.replyTo?.map((entry) => entry.address)).toEqual([MAIL.replyTo])
    expect(headers.filter((line) => /^(bcc|cc|set-cookie|location):/i.test(line))).toEqual([])
    expect(squeezed(parsed.text ?? '')).toContain(squeezed(rendered.text))
    expect(tagsOf(parsed.html ?? '')).toEqual([
      '!doctype',
      'html',
      'body',
      'p',
      '/p',
      'hr',
      'p',
      'small',
      'a',
      '/a',
      '/small',
      '/p',
      '/body',
      '/html',
    ])
  }
}, 60_000)

const squeezed = (text: string) => text.replace(/\s+/g, ' ').trim()
/** Tags of a document; a postal address of several lines brings line breaks, which harm nobody. */
const tagsOf = (html: string) =>
  [...html.matchAll(/<(!?\/?[a-z0-9]+)[^>]*>/gi)].map((match) => match[1]?.toLowerCase()).filter((tag) => tag !== 'br')
