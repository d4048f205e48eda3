import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RestorablePostgres, startRestorablePostgres } from '#test/support/restorable-postgres.ts'
import { runRestoreScenario } from '#test/support/restore-scenario.ts'
import { createDatabase } from '#test/support/with-database.ts'

let postgres: RestorablePostgres

beforeAll(async () => {
  postgres = await startRestorablePostgres()
  await createDatabase(postgres.url('postgres'), 'stagecue')
})

afterAll(() => postgres?.stop())

test('a backup ten minutes old is restored under 1,000 contacts: no mail is taken twice, what may have gone out waits', async () => {
  const groups = { sent: 500, missing: 400, inTheAir: 8, forgotten: 92 }
  const { accepted, waited } = await runRestoreScenario(postgres, postgres.url('stagecue'), groups)
  expect(waited).toBe(908)
  expect(accepted).toBe(3 * 908 + 92)
})
