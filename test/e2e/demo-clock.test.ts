import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Demo, startDemo } from '../../scripts/demo/start-demo.ts'
import { launchBrowser, screenshot } from '../support/browser.ts'
import { connectPortal } from '../support/connect-portal.ts'
import { freePairOfPorts } from '../support/free-port.ts'

const NORTHWIND = 48211607
/** "Alder Foods: pick-and-place cell" with Nora Whitfield and Jonas Keller. */
const DEAL = '20418835201'
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

let demo: Demo
let browser: Browser
let page: Page
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'stagecue-clock-'))
  // When root runs the tests, Postgres runs as another user and has to enter.
  await chmod(dataDir, 0o755)
  const prepared: string[] = []
  demo = await startDemo({ port: await freePairOfPorts(), dataDir, say: (line) => prepared.push(line) })
  await connectPortal(demo.appUrl, NORTHWIND)
  await vi.waitFor(() => expect(prepared.at(-1)).toMatch(/^prepared:/), { timeout: 20_000 })
  browser = await launchBrowser()
  page = await browser.newPage({ viewport: { width: 1440, height: 1000 }, locale: 'en-US', timezoneId: 'UTC' })
  page.setDefaultTimeout(30_000)
})

afterAll(async () => {
  await browser?.close()
  await demo?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

test('a sequence of two weeks is seen to its end by moving the clock', async () => {
  await dragToMappedStage(DEAL)
  await expect.poll(() => mailsTo('nora.whitfield').length, { timeout: 20_000 }).toBe(1)
  await openDeal(DEAL)
  await screenshot(page, 'clock-1-first-mail')

  await press('+1 hour')
  expect(mailsTo('nora.whitfield')).toHaveLength(1)
  for (let day = 1; day <= 3; day++) await press('+1 day')
  expect(mailsTo('nora.whitfield')).toHaveLength(2)
  await page
    .getByText(/Step 4 of 7/)
    .first()
    .waitFor()
  // The card counts from the moved clock too; from the machine's it would be a week.
  await page
    .getByText(/Next e-mail: .*\(in [456] days\)/)
    .first()
    .waitFor()
  await screenshot(page, 'clock-2-second-mail')

  for (let presses = 0; presses < 15 && (await isStepPlanned()); presses++) await press('Next step')
  await page
    .getByText(/Finished sequences/)
    .first()
    .waitFor()
  await screenshot(page, 'clock-3-card-completed')

  await page.goto(`${demo.sandbox.url}/inbox?portalId=${NORTHWIND}`)
  await page.getByRole('article', { name: 'Mail' }).waitFor()
  await screenshot(page, 'clock-4-inbox')
})

test('every mail came once, at its own moment on the moved clock', () => {
  for (const name of ['nora.whitfield', 'jonas.keller']) {
    const mails = mailsTo(name)
    expect(mails.map(({ subject }) => subject)).toEqual([
      'Looking forward to our demo',
      'Who else should join?',
      'A short agenda for our demo',
      'A short agenda for our demo',
    ])
    const waited = mails.slice(1).map((mail, index) => (mail.at - (mails[index]?.at ?? 0)) / DAY_MS)
    expect(waited[0]).toBeGreaterThanOrEqual(3)
    expect(waited[1]).toBeGreaterThanOrEqual(4)
    expect(waited[2]).toBeGreaterThanOrEqual(7)
    for (const mail of mails) {
      expect(mail.messageId && demo.sandbox.mail.accepted(mail.messageId)).toBe(1)
      // The app writes the Date, the sandbox notes the arrival: one clock.
      const date = mail.headers.find((header) => header.name.toLowerCase() === 'date')?.value ?? ''
      expect(Math.abs(Date.parse(date) - mail.at)).toBeLessThan(60_000)
    }
  }
  expect(demo.sandbox.tokens.refreshes.get(NORTHWIND)).toBeGreaterThan(1)
})

test('after two weeks a webhook and a card are as valid as on the first day', async () => {
  const before = demo.sandbox.webhooks.counters.retries
  const deal = findDeal('Brightline: two sorting arms')
  await dragToMappedStage(deal)
  await expect.poll(() => mailsTo('amara.diallo').length, { timeout: 20_000 }).toBe(1)
  expect(demo.sandbox.webhooks.counters.retries).toBe(before)
  await openDeal(deal)
  expect((mailsTo('amara.diallo')[0]?.at ?? 0) - Date.now()).toBeGreaterThan(13 * DAY_MS)
})

async function dragToMappedStage(dealId: string): Promise<void> {
  await page.goto(`${demo.sandbox.url}/board/${NORTHWIND}`)
  await page.locator(`[data-deal="${dealId}"]`).dragTo(page.getByRole('region', { name: 'Demo scheduled' }))
}

async function openDeal(dealId: string): Promise<void> {
  await page.goto(`${demo.sandbox.url}/deals/${NORTHWIND}/${dealId}`)
  await page.getByText('Demo follow-up').first().waitFor()
}

/** Presses a button of the clock and waits until it has stopped. */
async function press(name: string): Promise<void> {
  const clock = page.getByRole('region', { name: 'Clock' })
  await clock.getByRole('button', { name }).click()
  await expect.poll(() => clock.getAttribute('aria-busy'), { timeout: 60_000 }).toBe('false')
  expect(await page.getByRole('alert').allTextContents()).toEqual([])
}

async function isStepPlanned(): Promise<boolean> {
  const answer = await fetch(`${demo.sandbox.url}/sandbox/clock`)
  const { nextStepAt } = (await answer.json()) as { nextStepAt: string | null }
  return nextStepAt !== null
}

function mailsTo(name: string) {
  return demo.sandbox.mail.messages().filter(({ envelopeTo }) => envelopeTo[0]?.startsWith(`${name}@`))
}

/** The id of a seeded deal. */
function findDeal(name: string): string {
  const deals = demo.sandbox.state.portals.get(NORTHWIND)?.records.get('deals')
  const deal = [...(deals?.values() ?? [])].find((one) => one.properties.get('dealname') === name)
  if (!deal) throw new Error(`the stand-in has no deal "${name}"`)
  return deal.id
}
