import { execFile } from 'node:child_process'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { insertPortal, newDatabase, run } from '#test/support/start-env.ts'
import { dropDatabase } from '#test/support/with-database.ts'

const { adminUrl, template } = inject('postgres')
const PORTAL = 7101
let database = { name: '', url: '' }

beforeAll(async () => {
  database = await newDatabase(adminUrl, template)
  await insertPortal(database.url, PORTAL)
  const payload = { subscriptionType: 'object.propertyChange', objectTypeId: '0-3', propertyName: 'dealstage' }
  await run(
    database.url,
    `insert into events (portal_id, occurred_at, subscription_type, object_id, dedupe_hash, lane_key, deal_id, payload, received_at, reason)
     values ($1, now(), 'object.propertyChange', '124', 'x', 'deal:124', '124', $2, now(), 'HubSpot does not know ada@explain.example.')`,
    [PORTAL, JSON.stringify({ ...payload, objectId: 124, propertyValue: 'booked', portalId: PORTAL })],
  )
})
afterAll(() => dropDatabase(adminUrl, database.name))

function explain(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', DATABASE_URL: database.url }
  return new Promise((resolve) => {
    execFile(process.execPath, ['scripts/explain-deal.ts', ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    )
  })
}

test('npm run explain tells the story of a deal and names nobody', async () => {
  const { code, stdout } = await explain('--portal', String(PORTAL), '--deal', '124')
  expect(code).toBe(0)
  expect(stdout).toContain(`Deal 124 in portal ${PORTAL}: never read`)
  expect(stdout).toMatch(/event \d+: deal moved to stage booked — received .*, pending, 0 tries/)
  expect(stdout).toContain('because: HubSpot does not know ')
  expect(stdout).not.toContain('ada@explain.example')
})

test('of an unknown deal it says that it knows nothing', async () => {
  const { code, stdout } = await explain('--portal', String(PORTAL), '--deal', '125')
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('knows nothing of deal 125') })
})

test.each([[[]], [['--portal', 'x', '--deal', '1']], [['--portal', '1']]])(
  'asked wrongly (%j) it says how to ask',
  async (args) => {
    const { code, stderr } = await explain(...args)
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('Usage: npm run explain') })
  },
)
