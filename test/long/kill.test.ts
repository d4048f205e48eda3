import { afterAll, beforeAll, expect, test } from 'vitest'
import { runKillScenario } from '#test/support/kill-scenario.ts'
import { chooseSeed } from '#test/support/seeded-random.ts'
import { startTestPostgres, type TestPostgres } from '#test/support/test-postgres.ts'
import { createDatabase } from '#test/support/with-database.ts'

let postgres: TestPostgres

beforeAll(async () => {
  postgres = await startTestPostgres({ durable: true })
  await createDatabase(postgres.url('postgres'), 'stagecue')
})

afterAll(() => postgres?.stop())

test('2,000 stage changes outlive processes killed again and again: none lost, none twice, nothing stuck', async ({
  signal,
}) => {
  const seed = chooseSeed()
  process.stdout.write(`\nSTAGECUE_SEED=${seed}\n`)
  const scenario = {
    databaseUrl: postgres.url('stagecue'),
    seed,
    moves: 2_000,
    movesPerSecond: 12,
    storm: { kills: 8, mails: 60 },
    kills: { least: 100, most: 400, share: 0.8 },
    expireTokens: true,
    retryBaseMs: 400,
    killMs: 420_000,
    restMs: 240_000,
  }
  const report = await runKillScenario(scenario, signal)
  process.stdout.write(`${report.summary}\n`)
  expect(report.faults).toEqual([])
})
