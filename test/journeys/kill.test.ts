import { expect, inject, test } from 'vitest'
import { runKillScenario } from '#test/support/kill-scenario.ts'
import { chooseSeed } from '#test/support/seeded-random.ts'
import { createDatabase } from '#test/support/with-database.ts'

test('nothing is lost, done twice or stuck when processes are killed while deals move', async ({ signal }) => {
  const { adminUrl } = inject('postgres')
  const name = `kill_${process.pid}`
  await createDatabase(adminUrl, name)
  const scenario = {
    databaseUrl: adminUrl.replace(/\/postgres$/, `/${name}`),
    seed: chooseSeed(),
    moves: 100,
    movesPerSecond: 20,
    storm: { kills: 3, mails: 15 },
    kills: { least: 6, most: 10, share: 0.5 },
    expireTokens: false,
    retryBaseMs: 150,
    killMs: 60_000,
    restMs: 100_000,
  }
  const report = await runKillScenario(scenario, signal)
  process.stdout.write(`\n${report.summary}\n`)
  expect(report.faults).toEqual([])
}, 180_000)
