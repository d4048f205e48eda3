import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, startDemo } from '../../scripts/demo/start-demo.ts'
import { launchBrowser, screenshot } from '../support/browser.ts'
import { freePairOfPorts } from '../support/free-port.ts'

const NORTHWIND = 48211607
let demo: Demo
let browser: Browser
let page: Page
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'stagecue-demo-'))
  // When root runs the tests, Postgres runs as another user and has to enter.
  await chmod(dataDir, 0o755)
  demo = await startDemo({ port: await freePairOfPorts(), dataDir, say: () => {} })
  browser = await launchBrowser()
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 } })
})

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('an admin connects a portal on HubSpot’s consent page', async () => {
  await page.goto(demo.sandbox.url)
  await page
    .getByRole('article', { name: 'Northwind Robotics' })
    .getByRole('link', { name: 'Connect Stagecue' })
    .click()
  await page.getByRole('button', { name: 'Connect app' }).waitFor()
  await screenshot(page, 'main-1-consent')
  const choice = page.getByLabel(/Northwind Robotics/)
  if (await choice.count()) await choice.first().check()
  await page.getByRole('button', { name: 'Connect app' }).click()
  await page.getByRole('heading', { name: /connected/i }).waitFor()
  await screenshot(page, 'main-2-connected')
})

test('a deal dragged to a mapped stage sends the mail, and the card on the deal shows it', async () => {
  await expect.poll(() => mapped(), { timeout: 20_000 }).toBe(true)
  await page.goto(`${demo.sandbox.url}/board/${NORTHWIND}`)
  const [deal] = [...(demo.sandbox.state.portals.get(NORTHWIND)?.records.get('deals')?.values() ?? [])]
  const name = deal?.properties.get('dealname') ?? ''
  const card = page.locator(`[data-deal="${deal?.id}"]`)
  await card.waitFor()
  await screenshot(page, 'main-3-board')
  await card.dragTo(page.getByRole('region', { name: 'Demo scheduled' }))
  await expect.poll(() => demo.sandbox.mail.messages().length, { timeout: 20_000 }).toBeGreaterThan(0)

  await page.goto(`${demo.sandbox.url}/deals/${NORTHWIND}/${deal?.id}`)
  await page.getByText('Demo follow-up').first().waitFor()
  await page
    .getByRole('complementary', { name: 'Cards' })
    .getByText(/Step 2 of 7/)
    .first()
    .waitFor()
  await screenshot(page, 'main-4-card')

  await page.goto(`${demo.sandbox.url}/inbox`)
  await page.getByText('Looking forward to our demo').first().click()
  await page.getByRole('article', { name: 'Mail' }).waitFor()
  await screenshot(page, 'main-5-inbox')
  expect(name).not.toBe('')
})

test('the answers under a mail come back, and the card says what they did', async () => {
  await page.goto(`${demo.sandbox.url}/inbox`)
  const mail = page.locator('.mail-row', { hasText: 'Looking forward to our demo', hasNotText: 'Automatic reply' })
  await mail.first().click()
  const answers = page.getByRole('group', { name: 'What comes back' })
  await answers.getByRole('button', { name: 'Out of office' }).click()
  await page.getByText('Stagecue reads it within a few seconds.').waitFor()
  await screenshot(page, 'main-6-answers')
  const [deal] = [...(demo.sandbox.state.portals.get(NORTHWIND)?.records.get('deals')?.values() ?? [])]
  const card = `${demo.sandbox.url}/deals/${NORTHWIND}/${deal?.id}`
  await page.goto(card)
  const cards = page.getByRole('complementary', { name: 'Cards' })
  await cards
    .getByText(/Out of office until/)
    .first()
    .waitFor({ timeout: 30_000 })
  await screenshot(page, 'main-7-away')

  await page.goto(`${demo.sandbox.url}/inbox`)
  await mail.first().click()
  await answers.getByRole('button', { name: 'Reply' }).click()
  await page.getByText('The contact replied.').waitFor()
  await page.goto(card)
  // In the card, not on the timeline beside it, which may know sooner.
  const finished = cards.getByText('Finished sequences (1)')
  await finished.nth(1).waitFor({ timeout: 30_000 })
  for (const one of await finished.all()) await one.click()
  for (const reason of ['The contact replied', 'Another contact of the deal replied']) {
    await cards.getByText(reason).first().waitFor()
  }
  await screenshot(page, 'main-8-replied')
})

async function mapped(): Promise<boolean> {
  const answer = await demo.sandbox.fetchProxy.fetch({
    portalId: NORTHWIND,
    userId: demo.sandbox.state.portals.get(NORTHWIND)?.users[0]?.id ?? 0,
    url: `${demo.appUrl}/api/mappings`,
  })
  return answer.status === 200 && JSON.parse(answer.body).data.mappings.length > 0
}
