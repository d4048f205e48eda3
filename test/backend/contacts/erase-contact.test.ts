import pg from 'pg'
import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { suppressAddress } from '#modules/suppressions/suppress-address.ts'
import { useDatabase } from '#test/support/database.ts'
import { useWorld } from '#test/support/world.ts'

const database = useDatabase()
const world = useWorld(database)

test('a privacy deletion leaves nothing of the person in any table, and late events bring nobody back', async () => {
  const portal = await world.portal()
  const { portalId } = portal
  await portal.maps('demo', await portal.hasSequence())
  const { dealId, contactIds } = portal.hasDeal('demo', ['canary.person@example.com'])
  const [contactId = ''] = contactIds
  world.sandbox.updateRecord(portalId, 'contacts', contactId, {
    firstname: 'Canarina',
    lastname: 'Personova',
    phone: '+49 30 1234567',
    hs_timezone: 'australia_slash_lord_howe',
  })
  portal.moves(dealId, 'lead')
  await world.handlesEvents()
  world.passes({ minutes: 1 })
  portal.moves(dealId, 'demo')
  await world.handlesEvents()
  const subject = { portalId, actor: { kind: 'recipient' }, requestId: 'test' } as const
  await inPortal(database.db, portalId, async (trx) => {
    await suppressAddress(world.deps, trx, subject, { address: 'canary.person@example.com', reason: 'unsubscribed' })
    await trx
      .updateTable('timelineEntries')
      .set({
        properties: JSON.stringify({
          enrollmentId: (await portal.enrollments(dealId))[0]?.id ?? '',
          subject: 'Hello Canarina',
        }),
      })
      .where('portalId', '=', portalId)
      .execute()
  })
  expect(await dump()).toMatch(/Canarina/)
  expect(await dump()).toMatch(/australia_slash_lord_howe/)
  expect(await dump()).toMatch(/Australia\/Lord_Howe, the contact/)

  world.sandbox.eraseContact(portalId, contactId)
  await world.handlesEvents()
  expect(await dump()).not.toMatch(/canary\.person|Canarina|Personova|1234567|lord_howe/i)
  expect((await portal.enrollments(dealId)).every((row) => row.status === 'stopped')).toBe(true)

  world.passes({ minutes: 1 })
  portal.moves(dealId, 'lead')
  world.passes({ minutes: 1 })
  portal.moves(dealId, 'demo')
  await world.handlesEvents()
  expect(await dump()).not.toMatch(/canary\.person|Canarina|Personova|1234567/i)
})

/** Everything in the database as text, read by its owner. */
async function dump(): Promise<string> {
  const client = new pg.Client(database.url)
  await client.connect()
  try {
    const tables = await client.query<{ name: string }>(
      "select table_name as name from information_schema.tables where table_schema = 'public'",
    )
    const texts: string[] = []
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ text: string }>(`select t::text as text from "${name}" t`)
      texts.push(...rows.map((row) => row.text))
    }
    return texts.join('\n')
  } finally {
    await client.end()
  }
}
