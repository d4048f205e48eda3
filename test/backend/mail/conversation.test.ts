import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { useDatabase } from '#test/support/database.ts'
import { TestClock } from '#test/support/deps.ts'
import { email, type Sending, startSending, wait } from '#test/support/sending.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'
import { GOLDEN_KEY } from './golden/golden-mails.ts'
import { type ReadMail, readMail, readThreads, type Thread } from './read-threads.ts'
import { verifyDkim } from './verify-dkim.ts'

const STEPS = [
  email('one', 'Your proposal, {{ contact.firstname }}', 'Hi {{ contact.firstname }},\n\nas promised.'),
  wait('w1', 2),
  email('two', '', 'Hi {{ contact.firstname }}, did you find the time?'),
  wait('w2', 3),
  email('three', '', '<p>Hi {{ contact.firstname }}, <strong>one page</strong> says it all.</p>'),
  wait('w3', 4, 'hours'),
  email('four', '', 'Hi {{ contact.firstname }}, is somebody else in charge of {{ deal.name }}?'),
  wait('w4', 5),
  email('five', '', 'Grüße, {{ contact.firstname }}: this is my last word.'),
]

const { db } = useDatabase()
const server = new SmtpServer()
const clock = new TestClock()
let sending: Sending
/** As they arrived. */
let raws: string[]
let mails: ReadMail[]

beforeAll(async () => {
  await server.start()
  const mailer = createSmtpMailer({ url: server.url, sleep: systemSleep, soon: setImmediate })
  sending = await startSending({ db, clock, mailer, steps: STEPS, ids: countedIds(), dkimKeys: [GOLDEN_KEY] })
  await sending.enroll()
  for (let hours = 0; hours <= 12 * 24; hours += 4) {
    await sending.drain()
    clock.passes({ hours: 4 })
  }
  raws = server.accepted.map(({ raw }) => raw)
  mails = await Promise.all(raws.map(readMail))
  await mailer.close()
})
afterAll(() => server.stop())

test('five steps are five mails with one subject, unchanged, and without a "Re:" of our own', () => {
  expect(mails.map(({ subject }) => subject)).toEqual(Array(5).fill('Your proposal, Ada'))
  expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(5)
})

test('each mail names all mails before it, oldest first, and answers the last', () => {
  const ids = mails.map(({ messageId }) => messageId)
  expect(mails.map(({ references }) => references)).toEqual(ids.map((_id, index) => ids.slice(0, index)))
  expect(mails.map(({ inReplyTo }) => inReplyTo)).toEqual([undefined, ...ids.slice(0, 4)])
})

test('a mail program shows one conversation in the order of the steps, in whatever order the mails arrive', () => {
  const orders = permutations([0, 1, 2, 3, 4])
  expect(orders).toHaveLength(120)
  for (const order of orders) {
    const threads = readThreads(order.flatMap((index) => mails[index] ?? []))
    expect(threads.map(chain)).toEqual([mails.map(({ messageId }) => messageId)])
  }
})

test('the conversation holds when one of its mails was lost or deleted', () => {
  for (const lost of mails) {
    const rest = mails.filter((mail) => mail !== lost)
    expect(readThreads(rest).map(chain)).toEqual([rest.map(({ messageId }) => messageId)])
  }
})

test('the contact’s answer in the middle takes its place', () => {
  const [one, two, three] = mails
  if (!one || !two || !three) throw new Error('three mails are missing')
  const answer: ReadMail = {
    messageId: '<answer@ada.example>',
    references: [one.messageId, two.messageId],
    inReplyTo: two.messageId,
    subject: `Re: ${two.subject}`,
  }
  const [thread, ...more] = readThreads([...mails, answer])
  expect(more).toEqual([])
  expect(thread?.below[0]?.below.map(({ mail }) => mail.messageId)).toEqual([three.messageId, answer.messageId])
})

test("every one carries a signature over its thread headers that another library's verifier passes", async () => {
  for (const [index, raw] of raws.entries()) {
    const verified = await verifyDkim(Buffer.from(raw, 'latin1'), GOLDEN_KEY, clock.read())
    expect(verified).toMatchObject({ result: 'pass', aligned: true, algorithm: 'rsa-sha256' })
    const thread = index === 0 ? [] : ['references', 'in-reply-to']
    expect(verified.hashed).toEqual(expect.arrayContaining(['subject', 'message-id', ...thread]))
  }
})

test.each([1, 2, 3, 4, 5])('mail %i is byte for byte what it was', (number) => {
  const file = new URL(`golden/conversation/${number}.eml`, import.meta.url)
  const raw = raws[number - 1] ?? ''
  if (!existsSync(file)) {
    writeFileSync(file, raw, 'latin1')
    throw new Error(`${file.pathname} was missing and is written anew: read it line by line, then run this again`)
  }
  expect(raw.split('\r\n')).toEqual(readFileSync(file, 'latin1').split('\r\n'))
})

/** Ids by number, so that the bytes are the same in each run. */
function countedIds(): () => string {
  let count = 0
  return () => `0198c0de-0000-7000-8000-${String(++count).padStart(12, '0')}`
}

/** The Message-IDs of a conversation without branches, from its first mail down. */
function chain(thread: Thread): string[] {
  expect(thread.below.length).toBeLessThanOrEqual(1)
  return [thread.mail.messageId, ...thread.below.flatMap(chain)]
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, index) =>
    permutations([...items.slice(0, index), ...items.slice(index + 1)]).map((rest) => [item, ...rest]),
  )
}
