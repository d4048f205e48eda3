import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { type Checksums, checksums } from '#test/support/checksums.ts'
import { useDatabase } from '#test/support/database.ts'
import { useRealApp } from '#test/support/real-app.ts'
import { makeRichPortal } from './rich-portal.ts'

const MINE = 5011
const OTHER = 5012

const database = useDatabase()
const real = useRealApp(database)
let runs: Map<number, string>
let before: Checksums

beforeAll(async () => {
  runs = new Map()
  for (const portalId of [MINE, OTHER]) {
    await makeRichPortal(real, portalId, portalId === MINE ? 'alpha' : 'bravo')
    const target = JSON.stringify([`https://${portalId}.example/`, `https://${portalId}.example/two`])
    const stepRunId = await inPortal(database.db, portalId, async (trx) => {
      const { rows } = await sql<{ stepRunId: string }>`
        update deliveries set links = ${target}::jsonb, tracks_opens = true where portal_id = ${portalId} returning step_run_id
      `.execute(trx)
      return rows[0]?.stepRunId ?? ''
    })
    runs.set(portalId, stepRunId)
  }
  before = await checksums(database.url, OTHER)
})

const ask = (path: 'l' | 'o', portalId: number, of: number, link: number) =>
  real.app.inject({
    method: 'GET',
    url: `/${path}/${real.deps.vault.signTrack({ portalId, stepRunId: runs.get(of) ?? '', link })}`,
  })

test('a link leads where the mail of its own portal says, and another portal’s mail is not found behind it', async () => {
  expect((await ask('l', MINE, MINE, 1)).headers.location).toBe(`https://${MINE}.example/`)
  const mixed = await ask('l', MINE, OTHER, 1)
  expect([mixed.statusCode, mixed.headers.location]).toEqual([404, undefined])
  expect(mixed.body).not.toContain(String(OTHER))
})

test('nothing of another portal changes, whatever is followed or loaded', async () => {
  for (const path of ['l', 'o'] as const) {
    for (const of of [MINE, OTHER]) {
      for (const link of [0, 1, 2]) await ask(path, MINE, of, link)
    }
  }
  expect(await checksums(database.url, OTHER)).toEqual(before)
  expect((await ask('l', OTHER, OTHER, 2)).statusCode).toBe(302)
  expect(await checksums(database.url, OTHER)).not.toEqual(before)
})
