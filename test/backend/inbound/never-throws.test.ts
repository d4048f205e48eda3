import fc from 'fast-check'
import { expect, test } from 'vitest'
import { classifyMessage } from '#modules/inbound/classify-message.ts'
import { htmlToOwnText } from '#modules/inbound/html-to-own-text.ts'
import { ownText } from '#modules/inbound/own-text.ts'
import { readReturnDate } from '#modules/inbound/read-return-date.ts'
import { collectedMails, inboundContext, mailOf, readCollected, readWritten, writtenMails } from './inbound-corpus.ts'

const context = inboundContext()
const seeds = [
  ...collectedMails()
    .filter((_file, index) => index % 9 === 0)
    .map(readCollected),
  ...writtenMails()
    .filter((_mail, index) => index % 4 === 0)
    .map(({ file }) => readWritten(file)),
]

/** A corpus mail with some of it cut out, doubled or overwritten. */
const mutated = fc
  .tuple(
    fc.constantFrom(...seeds),
    fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(400), fc.uint8Array({ maxLength: 40 }), fc.nat(2)),
      {
        maxLength: 6,
      },
    ),
  )
  .map(([seed, changes]) =>
    changes.reduce<Buffer>((mail, [place, length, bytes, how]) => {
      const at = Math.floor(place * mail.length)
      const end = Math.min(mail.length, at + length)
      const middle = [bytes, mail.subarray(at, end), Buffer.alloc(0)][how] ?? bytes
      return Buffer.concat([mail.subarray(0, how === 1 ? end : at), middle, mail.subarray(end)])
    }, seed),
  )

async function isSound(bytes: Uint8Array): Promise<void> {
  const found = await classifyMessage(bytes, context)
  expect(found.evidence.length).toBeGreaterThan(0)
  if (found.kind === 'bounce') expect(found.recipients.length).toBeGreaterThan(0)
}

test('random bytes are classified without an error', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), isSound), { numRuns: 100 })
})

test('damaged mails are classified without an error, and the same way twice', async () => {
  const property = fc.asyncProperty(mutated, async (mail) => {
    await isSound(mail)
    expect(await classifyMessage(mail, context)).toEqual(await classifyMessage(mail, context))
  })
  await fc.assert(property, { numRuns: 100 })
})

test('whatever else a mail says, Auto-Submitted keeps it from being a person, and from unsubscribing but by a mark', async () => {
  const property = fc.asyncProperty(
    mutated,
    fc.constantFrom('auto-replied', 'auto-generated', 'x'),
    async (mail, value) => {
      const marked = Buffer.concat([Buffer.from(`Auto-Submitted: ${value}\r\n`), mail])
      const { kind } = await classifyMessage(marked, context)
      expect(kind).not.toBe('human_reply')
      if (kind === 'unsubscribe_request') expect(marked.toString().toLowerCase()).toContain('unsubscribe+')
    },
  )
  await fc.assert(property, { numRuns: 100 })
})

test('any text has an own text no longer than it, and at most one day of return', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      expect(ownText(text).text.length).toBeLessThanOrEqual(text.length)
      expect(() => [htmlToOwnText(text), readReturnDate(text, context.receivedOn)]).not.toThrow()
    }),
    { numRuns: 100 },
  )
})

const LENGTH = 1_500_000
test.each([
  ['one endless line', mailOf(['From: a@b.example'], 'x'.repeat(LENGTH))],
  ['line breaks', mailOf(['From: a@b.example'], '\n'.repeat(LENGTH))],
  ['attributions', mailOf(['From: a@b.example'], 'On 1 May 2026\n'.repeat(LENGTH / 14))],
  ['header blocks', mailOf(['From: a@b.example'], '--\n'.repeat(9) + 'From: a\n'.repeat(LENGTH / 8))],
  ['spaces and a half attribution', mailOf(['From: a@b.example'], `On ${' '.repeat(LENGTH)}wrote`)],
  ['deep HTML', mailOf(['From: a@b.example', 'Content-Type: text/html'], '<div>'.repeat(LENGTH / 5))],
  ['quotation HTML', mailOf(['From: a@b.example', 'Content-Type: text/html'], '<blockquote>x'.repeat(LENGTH / 13))],
  ['headers', mailOf(['From: a@b.example', ...Array.from({ length: 20_000 }, () => 'List-Id: x')], 'x')],
  [
    'addresses',
    mailOf([`To: ${'a@b.example, '.repeat(15_000)}`, 'From: MAILER-DAEMON'], '<a@b.example>:\n'.repeat(90_000)),
  ],
  ['nesting', mailOf(['From: a@b.example', 'Content-Type: multipart/mixed; boundary=0'], nested(100))],
  [
    'report groups',
    mailOf(['From: MAILER-DAEMON@b.example'], 'Final-Recipient: rfc822; a@b.example\n\n'.repeat(40_000)),
  ],
  ['absence words', mailOf(['From: a@b.example'], 'i am away until until until 1 '.repeat(LENGTH / 30))],
])('a mail of %s is classified in seconds', async (_name, mail) => {
  const started = performance.now()
  await isSound(mail)
  expect(performance.now() - started).toBeLessThan(5000)
})

function nested(depth: number): string {
  return Array.from({ length: depth }, (_, at) => `--${at}\nContent-Type: multipart/mixed; boundary=${at + 1}\n`).join(
    '\n',
  )
}
