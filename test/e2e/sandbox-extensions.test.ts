import type { Page } from 'playwright-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { screenshot } from '../support/browser.ts'
import { openSandbox } from './fixtures/open-sandbox.ts'
import type { SandboxFixture } from './fixtures/sandbox-fixture.ts'

let page: Page
let sandbox: SandboxFixture
openSandbox((open) => {
  page = open.page
  sandbox = open.sandbox
})

describe('an extension on a deal', () => {
  beforeEach(async () => {
    await page.goto(`${sandbox.url}/deals/1111/9001`)
    await card().getByRole('heading', { name: 'Follow-up' }).waitFor()
  })

  test('renders from its production bundle with the context of the record', async () => {
    await card().getByText('Deal 9001 in portal 1111, seen by dana@juniper-supplies.example').waitFor()
    await card().getByText('Brightwell – warehouse rollout is in stage appointment').waitFor()
    await card().getByRole('button', { name: 'Details' }).click()
    await card().getByText('crm.record.sidebar').waitFor()
    expect(await card().locator('[data-unknown="ScoreCircle"]').count()).toBe(1)
    expect(await card().getByRole('link', { name: 'Mara Okafor' }).getAttribute('href')).toBe('/contacts/1111/501')
    await screenshot(page, 'sandbox-deal')
  })

  test('hears of a property that changed, without being started again', async () => {
    await card().getByLabel('Note').fill('kept')
    await page.getByLabel('Deal stage', { exact: true }).selectOption('Closed won')
    await card().getByText('Brightwell – warehouse rollout is in stage won').waitFor()
    expect(await card().getByLabel('Note').inputValue()).toBe('kept')
    expect(sandbox.moves).toEqual([{ dealId: '9001', stageId: 'won' }])
  })

  test('gets the value of a field before the click that follows it', async () => {
    await card().getByLabel('Note').fill('call back')
    await card().getByRole('button', { name: 'Save note' }).click()
    await card().getByText('Saved: call back.').waitFor()
  })

  test('keeps control of a toggle and gets no click from a disabled button', async () => {
    await card().getByLabel('Paused').click()
    await card().getByText('Paused.', { exact: false }).waitFor()
    await card().getByLabel('Locked').click()
    await expect.poll(() => card().getByLabel('Locked').isChecked()).toBe(false)
    await card().getByRole('button', { name: 'Disabled' }).click({ force: true })
    await card().getByRole('button', { name: 'More' }).click()
    await card().getByRole('menuitem', { name: 'Use the menu' }).click()
    await card().getByText('Saved: menu item. Clicks: 0.').waitFor()
  })

  test('opens a modal from an overlay and closes it by reaction, by action and by Escape', async () => {
    const dialog = page.getByRole('dialog', { name: 'Stop the sequence?' })
    const open = () => card().getByRole('button', { name: 'Stop', exact: true }).click()
    await open()
    await dialog.getByRole('button', { name: 'Keep it' }).click()
    await dialog.waitFor({ state: 'detached' })
    await card().getByText('Saved: modal closed.').waitFor()
    await open()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await open()
    await screenshot(page, 'sandbox-modal')
    await dialog.getByRole('button', { name: 'Stop it' }).click()
    await page.getByRole('status').getByText('The sequence was stopped.').waitFor()
    await dialog.waitFor({ state: 'detached' })
  })

  test('uses the actions of a record: properties, clipboard, frame', async () => {
    const choose = async (item: string) => {
      await card().getByRole('button', { name: 'More' }).click()
      await card().getByRole('menuitem', { name: item }).click()
    }
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
    await choose('Copy the name')
    await card().getByText('Saved: copied.').waitFor()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('Brightwell – warehouse rollout')

    await choose('Open a frame')
    await page.frameLocator('iframe[title="A frame"]').getByRole('button', { name: 'Done' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await card().getByText('Saved: frame closed.').waitFor()

    const reread = page.waitForResponse((response) => response.url().endsWith('/sandbox/portals/1111/deals/9001'))
    await choose('Refresh')
    expect((await reread).status()).toBe(200)
  })

  test('says so when its bundle does not load', async () => {
    sandbox.breakBundles()
    await page.reload()
    await card().getByRole('alert').getByText('FixtureCard.js').waitFor()
    expect((await readLog()).map((entry) => entry.level)).toContain('uncaught')
  })

  test('shows a tooltip while its trigger is hovered', async () => {
    await card().getByText('Next step').hover()
    await page.getByRole('tooltip', { name: '' }).getByText('Sent at 9:00').waitFor()
    await page.mouse.move(0, 0)
    await page.getByRole('tooltip').waitFor({ state: 'detached' })
  })

  test('reaches its backend through hubspot.fetch', async () => {
    await card().getByRole('button', { name: 'Ask the backend' }).click()
    await card().getByText('200 hello card').waitFor()
    expect(sandbox.fetches).toEqual([
      { portalId: 1111, userId: 71, url: 'https://api.example.com/echo', method: 'POST', body: { hello: 'card' } },
    ])
  })

  test('shows an error nobody handled on the page and in the log, and stays usable', async () => {
    await card().getByRole('button', { name: 'Break' }).click()
    await card().getByRole('alert').getByText('The handler broke.').waitFor()
    const uncaught = (await readLog()).filter((entry) => entry.level === 'uncaught')
    expect(uncaught).toHaveLength(1)
    expect(uncaught[0]?.source).toBe('fixture_card')
    await card().getByRole('button', { name: 'Save note' }).click()
    await card().getByText('Saved: .').waitFor()
  })
})

describe('an extension on the settings page', () => {
  beforeEach(async () => {
    await page.goto(`${sandbox.url}/settings/1111`)
    await page.getByText('Settings of portal 1111 for Dana Whitfield').waitFor()
  })

  test('hears of every field in its own type and gets the form as one event', async () => {
    await page.getByLabel('Name').fill('Welcome')
    await page.getByText('7 characters').waitFor()
    await page.getByLabel('Body').fill('Hi Mara')
    await page.getByRole('button', { name: 'Increase Days' }).click()
    await page.getByRole('button', { name: 'Increase Days' }).click()
    await page.getByLabel('Stage').selectOption('Proposal')
    await page.getByLabel('Teams').click()
    await page.getByLabel('North').check()
    await page.getByLabel('South').check()
    await page.keyboard.press('Escape')
    await page.getByLabel('Starts on').fill('2027-01-05')
    await page.getByLabel('Send at').fill('10:30')
    await page.getByLabel('The primary contact').check()
    await page.getByText('Starts: 2027/1/5 10:30').waitFor()
    await page.getByText('Stage: number 2').waitFor()
    await page.getByText('Teams: north, south').waitFor()
    await page.getByText('Days: 4').waitFor()
    await page.getByText('Enroll: primary').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByTestId('received').getByText('"name":"Welcome"').waitFor()
    const received = (await page.getByTestId('received').textContent()) ?? ''
    expect(JSON.parse(received.slice(received.indexOf('{')))).toEqual({
      name: 'Welcome',
      body: 'Hi Mara',
      limit: 50,
      days: 4,
      stage: '2',
      teams: 'north;south',
      start: '2027-01-05',
      time: '10:30',
      who: 'primary',
    })
    await page.setViewportSize({ width: 1280, height: 900 })
    await page.evaluate(() => window.scrollTo(0, 0))
    await page.mouse.move(0, 0)
    await screenshot(page, 'sandbox-settings')
  })

  test('opens a panel and switches tabs, sorts a table and filters it', async () => {
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByRole('dialog', { name: 'Preview' }).getByRole('button', { name: 'Done' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })

    await page.getByRole('tab', { name: 'Steps' }).click()
    const cells = () => page.locator('tbody td:first-child').allTextContents()
    await expect.poll(cells).toEqual(['Welcome', 'Nudge', 'Last call'])
    await page.getByRole('button', { name: 'Day' }).click()
    await page.getByRole('columnheader', { name: 'Day' }).and(page.locator('[aria-sort="ascending"]')).waitFor()
    await page.getByRole('button', { name: 'Day' }).click()
    await expect.poll(cells).toEqual(['Last call', 'Nudge', 'Welcome'])
    await page.getByLabel('Find a step').pressSequentially('nudge')
    await expect.poll(cells).toEqual(['Nudge'])

    await page.getByRole('tab', { name: 'States' }).click()
    await page.getByRole('heading', { name: 'No sequences yet' }).waitFor()
    await page.getByRole('status', { name: 'Loading sequences' }).waitFor()
  })
})

function readLog() {
  return page.evaluate(() => window.__sandboxLog)
}

function card() {
  return page.getByRole('region', { name: 'Follow-up', exact: true })
}
