import { expect, test } from 'vitest'
import { inPortal } from '#db/in-portal.ts'
import { eraseContact } from '#modules/contacts/erase-contact.ts'
import { forgetMergedContacts } from '#modules/contacts/forget-contacts.ts'
import { saveMerge } from '#modules/contacts/save-merge.ts'
import type { Sending } from '#test/support/sending.ts'
import { useSending } from '../steps/use-sending.ts'

const { db, server, start } = useSending()

test('what a mail server said about the person is erased with the person', async () => {
  const sending = await start()
  const contact = await sending.enroll({ email: 'canary.refused@example.com' })
  server.fault('rcpt', { kind: 'reply', text: `550 5.7.1 <${contact.email}>: not wanted here` }, { times: 1 })
  await sending.drain()
  expect(await everything(sending)).toMatch(/failed.*canary\.refused@example.com>: not wanted/)
  await erase(sending, contact.contactId)
  expect(await everything(sending)).not.toMatch(/canary\.refused/)
})

test('a person who came together from two records is erased from the mails of both', async () => {
  const sending = await start()
  const old = await sending.enroll({ email: 'canary.before@example.com' })
  const kept = await sending.enroll()
  await sending.drain()
  const oldId = await hubspotId(sending, old.contactId)
  await inPortal(db, sending.portalId, async (trx) => {
    const merged = [oldId]
    await forgetMergedContacts(sending.deps, trx, sending.portalId, merged)
    await saveMerge(trx, sending.portalId, { into: { id: kept.contactId }, merged })
  })
  expect(await everything(sending)).toMatch(/canary\.before/)
  await erase(sending, kept.contactId)
  expect(await everything(sending)).not.toMatch(/canary\.before/)
})

async function erase(sending: Sending, contactId: string): Promise<void> {
  const id = await hubspotId(sending, contactId)
  await inPortal(db, sending.portalId, (trx) => eraseContact(sending.deps, trx, sending.portal, id))
}

async function hubspotId({ query }: Sending, contactId: string): Promise<string> {
  const [row] = await query<{ contactId: string }>(`select contact_id from contacts where id = '${contactId}'`)
  return row?.contactId ?? ''
}

async function everything({ query, portalId }: Sending): Promise<string> {
  const tables = ['contacts', 'deliveries', 'step_runs', 'activities', 'timeline_entries', 'decisions', 'suppressions']
  const texts = await Promise.all(
    tables.map((table) =>
      query<{ text: string }>(`select t::text as text from ${table} t where portal_id = ${portalId}`),
    ),
  )
  return texts.flatMap((rows) => rows.map(({ text }) => text)).join('\n')
}
