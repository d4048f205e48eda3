import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LateMails, LateMailsDecided } from '#shared/contract/limits.ts'
import { type RestorablePostgres, startRestorablePostgres } from '#test/support/restorable-postgres.ts'
import { runRestoreScenario } from '#test/support/restore-scenario.ts'
import { PORTAL, startThreeMails } from '#test/support/three-mails.ts'
import { createDatabase } from '#test/support/with-database.ts'

let postgres: RestorablePostgres

beforeAll(async () => {
  postgres = await startRestorablePostgres()
  for (const name of ['restore', 'outage']) await createDatabase(postgres.url('postgres'), name)
})

afterAll(() => postgres?.stop())

test('a base backup ten minutes old is restored: no mail is taken twice, and exactly what is missing goes out', async () => {
  const groups = { sent: 6, missing: 4, inTheAir: 2, forgotten: 2 }
  const { accepted, waited } = await runRestoreScenario(postgres, postgres.url('restore'), groups)
  expect(waited).toBe(12)
  expect(accepted).toBe(3 * 12 + 2)
}, 240_000)

test('after three days without the app late mails wait with their count, fresh ones go out, and an approval sends them once', async () => {
  const world = await startThreeMails(postgres.url('outage'))
  try {
    const late = world.enroll(7)
    await world.rests()
    await world.killApp()
    await world.time.jump(world.time.read().add({ hours: 72 }))
    await world.startApp()
    const fresh = world.enroll(3)
    await world.rests()
    await world.passes({ hours: 2 })
    const each = (addresses: readonly string[]) => [...new Set(world.received(addresses).map(String))]
    expect([late, fresh].map(each)).toEqual([['1,0,0'], ['1,1,1']])
    const card = <T>(method: 'GET' | 'POST', path: string, body?: object) =>
      world.stack.card<T>(PORTAL, method, path, body)
    const waiting = await card<LateMails>('GET', '/api/late-mails')
    expect(waiting).toMatchObject({
      count: 7,
      question: '7 mails are too late to be sent on their own. Approve or skip them.',
    })
    const { countedAt, count } = waiting
    const approval = { action: 'approve', countedAt, count, idempotencyKey: 'approve-the-late' }
    expect(await card<LateMailsDecided>('POST', '/api/late-mails/all', approval)).toEqual({
      decided: 7,
      left: 0,
      refused: [],
    })
    await world.rests()
    await world.passes({ hours: 1 })
    expect([late, fresh].map(each)).toEqual([['1,1,1'], ['1,1,1']])
    expect(world.takenTwice()).toEqual([])
  } finally {
    await world.stop()
  }
}, 240_000)
