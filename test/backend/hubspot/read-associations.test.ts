import { expect, test } from 'vitest'
import { readDealContacts } from '#hubspot/associations.ts'
import type { HubSpot } from '#hubspot/hubspot.ts'
import { readMeetings } from '#hubspot/meetings.ts'
import { findTask } from '#hubspot/tasks.ts'

/** A HubSpot whose record 1 has one association a page; `next` names the page after each. */
function paging(next: (page: number) => string | undefined): HubSpot & { asked: number } {
  const hubspot = {
    asked: 0,
    async call() {
      const page = ++hubspot.asked
      const after = next(page)
      const paged = after === undefined ? {} : { paging: { next: { after } } }
      return {
        status: 200,
        body: { results: [{ from: { id: '1' }, to: [{ toObjectId: page, associationTypes: [] }], ...paged }] },
      }
    },
    close: async () => {},
  }
  return hubspot
}

const readers: [string, (hubspot: HubSpot) => Promise<unknown>][] = [
  ['the contacts of a deal', (hubspot) => readDealContacts(hubspot, 1, ['1'])],
  ['the meetings of a contact', (hubspot) => readMeetings(hubspot, 1, ['1'])],
  ['the tasks of a deal', (hubspot) => findTask(hubspot, 1, '1', 'mark')],
]

test('all pages are read', async () => {
  const hubspot = paging((page) => (page < 100 ? String(page) : undefined))
  const contacts = (await readDealContacts(hubspot, 1, ['1'])).get('1')
  expect(contacts).toHaveLength(100)
  expect(hubspot.asked).toBe(100)
})

test.each(readers)('%s without an end are given up by naming the limit', async (_name, read) => {
  const hubspot = paging(String)
  await expect(read(hubspot)).rejects.toMatchObject({
    code: 'hubspot_rejected',
    message: expect.stringContaining('more than 100 pages'),
  })
  expect(hubspot.asked).toBe(100)
})

test.each(readers)('%s whose pages go in a circle are asked again later', async (_name, read) => {
  const hubspot = paging((page) => String(page % 3))
  await expect(read(hubspot)).rejects.toMatchObject({ code: 'hubspot_unavailable' })
  expect(hubspot.asked).toBe(4)
})
