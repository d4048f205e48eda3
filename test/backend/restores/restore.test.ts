import pg from 'pg'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import type { Mailer } from '#mail/mailer.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { decideLateMails } from '#modules/late-mails/decide-late-mails.ts'
import { listLateMails } from '#modules/late-mails/list-late-mails.ts'
import { declareRestore } from '#modules/restores/declare-restore.ts'
import { noticeRestore } from '#modules/restores/notice-restore.ts'
import type { Step } from '#shared/contract/sequence.ts'
import { newKey, person } from '#test/support/configured-portal.ts'
import { backUp, type CopyDatabase, openCopy, openNamed } from '#test/support/copy-database.ts'
import { TestClock } from '#test/support/deps.ts'
import { email, reopenSending, type Sending, startSending, wait } from '#test/support/sending.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'
import { dropDatabase } from '#test/support/with-database.ts'

const { adminUrl, template } = inject('postgres')
const clock = new TestClock()
const server = new SmtpServer()
const made: CopyDatabase[] = []
let mailer: Mailer

beforeAll(async () => {
  await server.start()
  mailer = createSmtpMailer({ url: server.url, sleep: systemSleep, soon: setImmediate })
})
afterEach(async () => {
  for (const copy of made.splice(0)) {
    await copy.close().catch(() => {})
    await dropDatabase(adminUrl, copy.name)
  }
})
afterAll(async () => {
  await mailer.close()
  await server.stop()
})

/** A portal in a database of its own, started once. */
async function runningPortal(steps: Step[]): Promise<{ copy: CopyDatabase; sending: Sending }> {
  const copy = await openCopy(adminUrl, template)
  made.push(copy)
  const sending = await startSending({ db: copy.db, clock, mailer, steps })
  expect(await noticeRestore(sending.deps)).toBe(false)
  clock.passes({ seconds: 1 })
  return { copy, sending }
}

/** What is in the database now, and the portal open again on it. */
async function takeBackup({ copy, sending }: { copy: CopyDatabase; sending: Sending }) {
  await copy.close()
  const backup = await backUp(adminUrl, copy.name)
  const again = openNamed(adminUrl, copy.name)
  made.splice(made.indexOf(copy), 1, again)
  return { backup, sending: reopenSending(sending, { db: again.db, clock, mailer }) }
}

/** The portal in the database that the backup was restored to. */
function restore(sending: Sending, backup: string): Sending {
  const copy = openNamed(adminUrl, backup)
  made.push(copy)
  return reopenSending(sending, { db: copy.db, clock, mailer })
}

/** As hosts do whose Postgres writes no log of its own: the function is there, everybody may call it, and it fails. */
async function refuseLogQuestions(name: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl.replace(/\/postgres$/, `/${name}`) })
  await client.connect()
  await client
    .query(`
      set allow_system_table_mods = on;
      alter function pg_catalog.pg_current_wal_lsn() rename to pg_current_wal_lsn_here;
      create function pg_catalog.pg_current_wal_lsn() returns pg_lsn language plpgsql as
        $$ begin raise exception 'not supported on this server' using errcode = 'feature_not_supported'; end $$
    `)
    .finally(() => client.end())
}

const messageIds = () => server.accepted.map((mail) => mail.messageId)
const expectNoneTwice = () => expect(messageIds()).toHaveLength(new Set(messageIds()).size)
const late = (sending: Sending) => listLateMails(sending.deps, sending.portal)
const approveAll = async (sending: Sending) => {
  const { countedAt, count } = await late(sending)
  const all = { stepRunIds: null, countedAt: countedAt ?? '', count }
  const input = { action: 'approve', ...all, idempotencyKey: newKey() } as const
  return decideLateMails(sending.deps, person(sending.portalId), input)
}

test('restored from a backup ten minutes old, nothing goes out twice: what was due waits with its count', async () => {
  const first = await runningPortal([email('one'), wait('w', 5, 'minutes'), email('two')])
  for (let i = 0; i < 12; i++) await first.sending.enroll()
  await first.sending.drain(1)
  const { backup, sending } = await takeBackup(first)
  clock.passes({ minutes: 6 })
  await sending.drain()
  const sentBefore = messageIds().length
  expect(sentBefore).toBe(24)

  clock.passes({ minutes: 4 })
  const restored = restore(sending, backup)
  expect(await noticeRestore(restored.deps)).toBe(true)
  expect(await noticeRestore(restored.deps)).toBe(false)
  await restored.drain()
  clock.passes({ hours: 12 })
  await restored.drain()
  expect(messageIds()).toHaveLength(sentBefore)
  expectNoneTwice()
  const waiting = await late(restored)
  expect(waiting.count).toBe(12)
  expect(waiting.mails[0]?.why).toMatch(/^The database was restored from a backup, and this e-mail was due at/)
})

test('what is due after the restore goes out on its own', async () => {
  const first = await runningPortal([wait('w', 1, 'hours'), email('one')])
  await first.sending.enroll()
  const { backup, sending } = await takeBackup(first)
  clock.passes({ minutes: 10 })
  const before = messageIds().length
  const restored = restore(sending, backup)
  expect(await noticeRestore(restored.deps)).toBe(true)
  clock.passes({ minutes: 50 })
  await restored.drain()
  expect(messageIds()).toHaveLength(before + 1)
  expect(await late(restored)).toMatchObject({ count: 0 })
})

test('the mails behind an approved one wait too, as far as they may have gone out before the restore', async () => {
  const steps = [email('one'), wait('a', 2, 'minutes'), email('two'), wait('b', 1, 'hours'), email('three')]
  const first = await runningPortal(steps)
  await first.sending.enroll()
  const { backup, sending } = await takeBackup(first)
  await sending.drain()
  clock.passes({ minutes: 3 })
  await sending.drain()
  const before = messageIds().length

  clock.passes({ minutes: 7 })
  const restored = restore(sending, backup)
  await noticeRestore(restored.deps)
  await restored.drain()
  expect((await late(restored)).mails).toMatchObject([{ step: 1 }])
  // The person knows: the first one did not arrive.
  clock.passes({ hours: 3 })
  await approveAll(restored)
  await restored.drain()
  clock.passes({ minutes: 3 })
  await restored.drain()
  expect(messageIds()).toHaveLength(before + 1)
  expect((await late(restored)).mails).toMatchObject([{ step: 3 }])
  await approveAll(restored)
  await restored.drain()
  clock.passes({ hours: 1 })
  await restored.drain()
  // The third was wanted an hour after the second: later than the restore, so it is nobody's repeat.
  expect(messageIds()).toHaveLength(before + 3)
})

test('an operator’s word does the same where the database looks like itself', async () => {
  const { sending } = await runningPortal([email('one')])
  await sending.enroll()
  clock.passes({ seconds: 1 })
  const before = messageIds().length
  expect((await declareRestore(sending.deps)).toString()).toBe(clock.read().toString())
  expect(await noticeRestore(sending.deps)).toBe(false)
  await sending.drain()
  expect(messageIds()).toHaveLength(before)
  expect((await late(sending)).count).toBe(1)
})

test('where Postgres grants the questions about its log but does not answer them, the rest tells a restore', async () => {
  const first = await runningPortal([email('one')])
  const { backup, sending } = await takeBackup(first)
  for (const { name } of [...made, { name: backup }]) await refuseLogQuestions(name)
  // Less is known than at the start before: one false alarm, and then none.
  clock.passes({ minutes: 1 })
  expect(await noticeRestore(sending.deps)).toBe(true)
  clock.passes({ minutes: 1 })
  expect(await noticeRestore(sending.deps)).toBe(false)
  const restored = restore(sending, backup)
  expect(await noticeRestore(restored.deps)).toBe(true)
  clock.passes({ minutes: 1 })
  expect(await noticeRestore(restored.deps)).toBe(false)
})

test('processes that start together notice one restore once', async () => {
  const first = await runningPortal([email('one')])
  const { backup, sending } = await takeBackup(first)
  clock.passes({ minutes: 1 })
  const restored = restore(sending, backup)
  const noticed = await Promise.all([1, 2, 3].map(() => noticeRestore(restored.deps)))
  expect(noticed.filter((one) => one)).toHaveLength(1)
})
