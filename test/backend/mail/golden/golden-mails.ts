import { readFileSync } from 'node:fs'
import { composeMime, type MailToCompose } from '#mail/compose-mime.ts'
import { type DkimKey, readDkimKey } from '#mail/read-dkim-key.ts'
import { renderMail } from '#mail/render-mail.ts'
import { signMail } from '#mail/sign-mail.ts'

export const SENT_AT = Temporal.Instant.from('2026-11-23T09:00:00Z')

/** A key made for these files; it signs nothing else. */
export const GOLDEN_KEY: DkimKey = readKey()

const BASE = {
  from: { name: 'Charles Babbage', address: 'sales-62515@mail.example.com' },
  replyTo: 'charles@example.com',
  recipient: 'ada@example.com',
  date: SENT_AT,
  messageId: '<k7fq2c4xw3v6m5n2a7s4d3f6@mail.example.com>',
  references: [],
  unsubscribe: {
    url: 'https://app.example.com/unsubscribe/eyJhbGciOiJIUzI1NiIsImtpZCI6ImsxIn0.eyJwdXJwb3NlIjoidW5zdWJzY3JpYmUifQ.c2lnbmVk',
    address: 'unsubscribe+aaaaaabxr4dqmch2aaaahiaavc67f43wwqeyd3pgrs6auyovzf3x2dqj@mail.example.com',
  },
  list: {
    sequenceId: '0198c0de-0000-7000-8000-000000000001',
    sequenceName: 'Proposal follow-up',
    portalId: 62515,
    domain: 'mail.example.com',
  },
  postalAddress: 'Difference Machines, 1 Dorset St, London',
} satisfies Partial<MailToCompose>

const TEXT = 'Hi {{ contact.firstname }},\n\nthe proposal is at https://example.com/p/1, as promised.\n\nCharles'
const HTML =
  '<p>Hi {{ contact.firstname }},</p><p>the <strong>proposal</strong> is <a href="https://example.com/p/1">here</a>.</p>'

/** One mail of each kind that the product sends, by the name of its file. */
export const GOLDEN_MAILS: Readonly<Record<string, () => Promise<Buffer>>> = {
  'first-mail': () => signed({ ...BASE, ...rendered('Your proposal', TEXT, 'Ada') }),
  'follow-up': () =>
    signed({
      ...BASE,
      ...rendered('Your proposal', 'Hi {{ contact.firstname }}, did you find the time?', 'Ada'),
      messageId: '<p3c5b7n2m4x6z8a2s4d6f8g2@mail.example.com>',
      references: ['<k7fq2c4xw3v6m5n2a7s4d3f6@mail.example.com>', '<w2e4r6t8y2u4i6o8p2a4s6d8@mail.example.com>'],
    }),
  'html-body': () => signed({ ...BASE, ...rendered('Your proposal', HTML, 'Ada & <Co>') }),
  'names-beyond-ascii': () =>
    signed({
      ...BASE,
      ...rendered('Grüße für {{ contact.firstname }} 😀', TEXT, 'Łukasz'),
      from: { name: 'Jürgen "J" Groß, Vertrieb', address: BASE.from.address },
      list: { ...BASE.list, sequenceName: 'Angebot nachfassen – Größe „XL“ für alle Kunden in Österreich' },
      postalAddress: 'Größenwahn GmbH\nÄußere Straße 1, 1010 Wien',
    }),
}

function rendered(subject: string, body: string, firstName: string) {
  const mail = renderMail({ subject, body }, { 'contact.firstname': firstName })
  if ('unfilled' in mail) throw new Error(`no value for ${mail.unfilled.join()}`)
  return mail
}

async function signed(mail: MailToCompose): Promise<Buffer> {
  return signMail(await composeMime(mail), GOLDEN_KEY, SENT_AT)
}

function readKey(): DkimKey {
  const key = readDkimKey(readFileSync(new URL('dkim-key.txt', import.meta.url), 'utf8'))
  if (!key) throw new Error('dkim-key.txt is no key')
  return key
}
