import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { APP_ROLE, openDatabase, openPool } from '#db/database.ts'
import { migrate } from '#db/migrate.ts'
import { createSmtpMailer } from '#mail/smtp-mailer.ts'
import { TestClock } from '#test/support/deps.ts'
import { startSending } from '#test/support/sending.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'
import { stopAndResume } from '#test/support/stop-and-resume.ts'
import { startTestPostgres, type TestPostgres } from '#test/support/test-postgres.ts'
import { createDatabase } from '#test/support/with-database.ts'

let postgres: TestPostgres

beforeAll(async () => {
  postgres = await startTestPostgres()
  await createDatabase(postgres.url('postgres'), 'stagecue')
  await migrate(postgres.url('stagecue'))
})

afterAll(() => postgres?.stop())

test('stopped and resumed 20 times, 5,000 people get one mail each, none twice', async () => {
  const url = postgres.url('stagecue')
  const db = openDatabase(openPool({ url, size: 16, role: APP_ROLE, name: 'stagecue-test' }))
  const server = new SmtpServer()
  await server.start()
  const mailer = createSmtpMailer({ url: server.url, sleep: systemSleep, soon: setImmediate })
  try {
    const sending = await startSending({ db, clock: new TestClock(), mailer })
    const result = await stopAndResume({ db, server }, sending, { recipients: 5_000, rounds: 20 })
    expect(result.rounds).toBe(20)
    expect(result.accepted.filter((times) => times !== 1)).toEqual([])
    expect(result.accepted).toHaveLength(5_000)
    expect(result.afterStops).toBe(0)
  } finally {
    await mailer.close()
    await server.stop()
    await db.destroy()
  }
})
