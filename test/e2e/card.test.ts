import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { screenshot } from '../support/browser.ts'
import type { Stack } from '../support/stack.ts'
import { openProduct } from './fixtures/open-product.ts'
import { email, findDeal, NORTHWIND, seedSequence, subjectsTo } from './fixtures/seed-sequences.ts'

let stack: Stack
let page: Page
openProduct((open) => {
  stack = open.stack
  page = open.page
})

const STAGE = 'demoscheduled'
const card = () => page.locator('[data-extension]')
const dialog = () => page.getByRole('dialog')
const button = (name: string, within: Locator = card()) => within.getByRole('button', { name, exact: true })
const mailsOf = (firstName: string) => subjectsTo(stack, firstName).length
const openDeal = (dealId: string) => page.goto(`${stack.sandbox.url}/deals/${NORTHWIND}/${dealId}`)
/** HubSpot's sidebar is long; the whole card is what a person scrolls through. */
const picture = (name: string) => screenshot(page, `card-${name}`)

const stageOf = (dealId: string) =>
  stack.sandbox.state.portals.get(NORTHWIND)?.records.get('deals')?.get(dealId)?.properties.get('dealstage')

/** Moves a deal into the mapped stage and opens it when its mails are out. */
async function enter(beginning: string, ...firstNames: string[]): Promise<string> {
  const dealId = findDeal(stack, beginning)
  stack.sandbox.moveDeal(NORTHWIND, dealId, STAGE)
  for (const name of firstNames) await expect.poll(() => mailsOf(name), { timeout: 30_000 }).toBe(1)
  await openDeal(dealId)
  return dealId
}

beforeAll(async () => {
  await stack.connect(NORTHWIND)
  await seedSequence(
    stack,
    'Demo follow-up',
    [
      email('first', 'Looking forward to our demo, {{ contact.firstname }}', 'what would you like to see first?'),
      { id: 'wait-1', kind: 'wait', amount: 1, unit: 'minutes' },
      email('second', 'Who else should join, {{ contact.firstname }}?', 'who else should see this?'),
      { id: 'wait-2', kind: 'wait', amount: 3, unit: 'days' },
      email('third', 'A short agenda', 'here is an agenda.'),
    ],
    STAGE,
  )
  await seedSequence(stack, 'Call back', [
    email('call', 'May I call you?', 'may I call you at {{ contact.phone }}?'),
    { id: 'wait', kind: 'wait', amount: 2, unit: 'days' },
    email('again', 'One more question', 'did my call help?'),
  ])
})

test('Pause takes the next e-mail back for one contact', async () => {
  await enter('Alder Foods: pick', 'Nora', 'Jonas')
  await card().getByText('Step 2 of 5: wait of 1 minute').first().waitFor()
  expect(await card().getByText('Next e-mail:').count()).toBe(2)
  await picture('1-active')
  await steer('Nora Whitfield', 'Pause')
  await card().getByText('Paused by a person.', { exact: false }).waitFor()
  await expect.poll(() => card().getByText('Next e-mail:').count()).toBe(1)
  await picture('2-paused')
})

test('Stop asks first, and keeps everything when the answer is no', async () => {
  await enter('Halcyon: fabric', 'Beatriz')
  await button('Stop').click()
  await dialog().getByText('No further e-mail of this sequence goes to Beatriz Costa.', { exact: false }).waitFor()
  await picture('3-stop-dialog')
  await button('Cancel', dialog()).click()
  await dialog().waitFor({ state: 'detached' })
  await card().getByText('Active', { exact: true }).waitFor()

  await button('Stop').click()
  await button('Stop sequence', dialog()).click()
  await dialog().waitFor({ state: 'detached' })
  await button('Finished sequences (1)').click()
  await card().getByText('Stopped by a person.').waitFor()
  await card().getByText('Stopped at step 2 of 5').waitFor()
  await picture('4-stopped')
})

test('a sequence is started for chosen contacts, and each one is told of', async () => {
  const dealId = findDeal(stack, 'Foxglove: vial')
  const nobody = stack.sandbox.createContact(NORTHWIND, { firstName: 'Tess', lastName: 'Okoye' })
  stack.sandbox.associate(NORTHWIND, dealId, nobody)
  await openDeal(dealId)
  await start('Demo follow-up', 'Yuki Tanaka')
  await dialog().getByText('1 of 1 enrolled').waitFor()
  await button('Done', dialog()).click()
  await expect.poll(() => mailsOf('Yuki'), { timeout: 30_000 }).toBe(1)
  await card().getByText('Step 2 of 5: wait of 1 minute').waitFor()

  await start('Demo follow-up', 'Yuki Tanaka', 'Grace Ellery')
  await dialog().getByText('1 of 2 enrolled').waitFor()
  await dialog().getByText('Already enrolled through this deal', { exact: false }).waitFor()
  await picture('6-start-results')
  await button('Done', dialog()).click()
  await expect.poll(() => mailsOf('Grace'), { timeout: 30_000 }).toBe(1)

  await page.goto(`${stack.sandbox.url}/inbox?portalId=${NORTHWIND}`)
  await page.getByText('Looking forward to our demo, Grace').first().click()
  await page.getByRole('article', { name: 'Mail' }).getByText('grace.ellery', { exact: false }).waitFor()
  await picture('7-inbox')
})

test('a deal dragged away from the stage ends its sequence, and the card says so', async () => {
  const dealId = await enter('Brightline: two', 'Amara')
  await card().getByText('Step 2 of 5', { exact: false }).waitFor()
  // Tall enough for both ends of the way: a drag that must scroll may be dropped elsewhere.
  await page.setViewportSize({ width: 1280, height: 2200 })
  await page.goto(`${stack.sandbox.url}/board/${NORTHWIND}`)
  await page.locator(`[data-deal="${dealId}"]`).waitFor()
  await page.locator(`[data-deal="${dealId}"]`).dragTo(page.getByRole('region', { name: 'Qualified' }))
  await expect.poll(() => stageOf(dealId)).toBe('qualified')
  await page.setViewportSize({ width: 1280, height: 1000 })
  await openDeal(dealId)
  await button('Finished sequences (1)').click()
  await card().getByText('The deal left the stage.').waitFor()
  await picture('8-left-stage')
})

test('a deal without contacts waits for one, and enrolls whoever is added', async () => {
  const dealId = await enter('Granite Peak: wheel')
  await card().getByText('No contacts on this deal').waitFor()
  await button('Why (1)').click()
  await card().getByText('Waiting', { exact: true }).waitFor()
  await picture('9-parked')
  const contact = stack.sandbox.createContact(NORTHWIND, {
    firstName: 'Ines',
    lastName: 'Falk',
    email: 'ines.falk@granitepeak.example',
  })
  stack.sandbox.associate(NORTHWIND, dealId, contact)
  await expect.poll(() => mailsOf('Ines'), { timeout: 30_000 }).toBe(1)
  await card().getByText('Ines Falk').first().waitFor()
  await card().getByText('Step 2 of 5', { exact: false }).waitFor()
  await picture('10-joined')
})

test('the link in the mail unsubscribes after a press of its button, and the card says so', async () => {
  const dealId = await enter('Delft: box', 'Oliver')
  await page.goto(`${stack.sandbox.url}/inbox?portalId=${NORTHWIND}`)
  await page.getByText('Looking forward to our demo, Oliver').first().click()
  const tab = page.context().waitForEvent('page')
  await page
    .frameLocator('iframe[title="Mail as HTML"]')
    .getByRole('link', { name: /unsubscribe/i })
    .click()
  const leaving = await tab
  await button('Unsubscribe', leaving.locator('body')).waitFor()
  await screenshot(leaving, 'card-11-unsubscribe')
  await button('Unsubscribe', leaving.locator('body')).click()
  await leaving.getByRole('heading', { name: 'You are unsubscribed' }).waitFor()
  await screenshot(leaving, 'card-12-unsubscribed')
  await leaving.close()

  await openDeal(dealId)
  await card().getByText('Unsubscribed from your e-mails.', { exact: false }).waitFor()
  await button('Finished sequences (1)').click()
  await card().getByText('The contact unsubscribed.').waitFor()
  await picture('13-unsubscribed')
})

test('a step that misses a value is held with its reason, and Retry sends it once the value is there', async () => {
  const dealId = findDeal(stack, 'Cobalt: bearing')
  const contact = stack.sandbox.createContact(NORTHWIND, {
    firstName: 'Lena',
    lastName: 'Sorel',
    email: 'lena.sorel@cobaltbearings.example',
  })
  stack.sandbox.associate(NORTHWIND, dealId, contact)
  await openDeal(dealId)
  await start('Call back', 'Lena Sorel')
  await button('Done', dialog()).click()
  await card().getByText('This step is held and waits for you').waitFor()
  await card().getByText('contact.phone', { exact: false }).first().waitFor()
  await picture('14-held')
  expect(mailsOf('Lena')).toBe(0)
  stack.sandbox.updateRecord(NORTHWIND, 'contacts', contact, { phone: '+1 312 555 0199' })
  await button('Retry').click()
  await expect.poll(() => mailsOf('Lena'), { timeout: 30_000 }).toBe(1)
  await card().getByText('This step is held and waits for you').waitFor({ state: 'detached' })
})

test('a mail that nobody can confirm is sent again only knowingly', async () => {
  stack.sandbox.mail.faults.add({ stage: 'dot', kind: 'reset', recipient: /^sadie/ })
  await enter('Everpine: sanding', 'Leon')
  await card().getByText('Nobody can tell whether this e-mail arrived').waitFor()
  await picture('15-unconfirmed')
  expect(mailsOf('Sadie')).toBe(0)
  await button('Send again').click()
  await dialog().getByText('Sadie Marsh may get it twice', { exact: false }).waitFor()
  await picture('16-send-again')
  await button('Send again', dialog()).click()
  await expect.poll(() => mailsOf('Sadie'), { timeout: 30_000 }).toBe(1)
  await card().getByText('Nobody can tell whether this e-mail arrived').waitFor({ state: 'detached' })
})

test('a mail that nobody can confirm can be left as it is', async () => {
  stack.sandbox.mail.faults.add({ stage: 'dot', kind: 'reset', accepted: true, recipient: /^clara/ })
  await openDeal(findDeal(stack, 'Granite Peak: frame'))
  await start('Demo follow-up', 'Clara Jensen')
  await button('Done', dialog()).click()
  await button('Leave it').click()
  await page.getByRole('status').getByText('The e-mail is left as it is.').waitFor()
  await card().getByText('Nobody can tell whether this e-mail arrived').waitFor({ state: 'detached' })
  await card().getByText('Active', { exact: true }).waitFor()
  await button('Activity', card())
    .or(card().getByRole('button', { name: /^Activity/ }))
    .first()
    .click()
  await card().getByText('was left as it is', { exact: false }).waitFor()
  await picture('17-left')
  expect(mailsOf('Clara')).toBe(1)
})

test('while others got their next e-mail the paused contact got none; Resume says when it comes', async () => {
  await expect.poll(() => mailsOf('Jonas'), { timeout: 90_000 }).toBe(2)
  expect(mailsOf('Nora')).toBe(1)
  await openDeal(findDeal(stack, 'Alder Foods: pick'))
  await steer('Nora Whitfield', 'Resume')
  await card().getByText('If you resume now').waitFor()
  await button('Resume now').click()
  await card().getByText('Paused by a person.', { exact: false }).waitFor({ state: 'detached' })
  await expect.poll(() => card().getByText('Next e-mail:').count()).toBe(2)
  await picture('18-resumed')
})

test('a card of a deal that nobody could ask HubSpot about guesses nothing, and says so', async () => {
  const dealId = findDeal(stack, 'Foxglove: clean')
  stack.sandbox.faults.add({
    match: { path: /deals/, portalId: NORTHWIND },
    times: Infinity,
    kind: 'status',
    status: 503,
  })
  await openDeal(dealId)
  await card().getByText('HubSpot could not be asked just now').waitFor()
  expect(await card().getByText('No contacts on this deal').count()).toBe(0)
  await picture('19-out-of-date')
})

/** Presses a button of one contact. */
async function steer(contact: string, name: string): Promise<void> {
  const names = await card()
    .getByText(/^(Nora Whitfield|Jonas Keller)$/)
    .allTextContents()
  await button(name)
    .nth(name === 'Resume' ? 0 : names.indexOf(contact))
    .click()
}

async function start(sequence: string, ...contacts: string[]): Promise<void> {
  await button('Start a sequence').click()
  await dialog()
    .getByLabel('Sequence', { exact: false })
    .selectOption({ label: `${sequence} (${sequence === 'Call back' ? 3 : 5} steps)` })
  for (const contact of contacts) await dialog().getByLabel(contact, { exact: false }).check()
  await picture('5-start')
  await button(contacts.length > 1 ? `Start for ${contacts.length} contacts` : 'Start', dialog()).click()
}
