import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { buildPages } from '../sandbox/browser/build.ts'
import { screenshot } from '../support/browser.ts'
import { openSandbox, waitForListener } from './fixtures/open-sandbox.ts'
import type { SandboxFixture } from './fixtures/sandbox-fixture.ts'

let page: Page
let sandbox: SandboxFixture
openSandbox((open) => {
  page = open.page
  sandbox = open.sandbox
})

describe('the pages', () => {
  test('list the portals and say on each that this is not HubSpot', async () => {
    await page.goto(sandbox.url)
    const juniper = page.getByRole('article', { name: 'Juniper Supplies' })
    await juniper.getByText('Connected', { exact: true }).waitFor()
    const connect = page.getByRole('article', { name: 'Fennel Studio' }).getByRole('link', { name: 'Connect Stagecue' })
    expect(await connect.getAttribute('href')).toBe('http://127.0.0.1:1/oauth/install')
    expect(await page.getByText('Local stand-in for HubSpot — not HubSpot').count()).toBe(1)

    await juniper.getByRole('link', { name: 'Open board' }).click()
    await page.getByRole('region', { name: 'Appointment scheduled' }).waitFor()
    expect(await page.getByText('Local stand-in for HubSpot — not HubSpot').count()).toBe(1)
  })

  test('show a contact with its deals and timeline', async () => {
    await page.goto(`${sandbox.url}/contacts/1111/501`)
    await page.getByRole('heading', { name: 'Mara Okafor' }).waitFor()
    await page.getByText('Step 1 was sent').waitFor()
    await page.getByRole('link', { name: 'Northfold – expansion' }).click()
    await page.getByRole('heading', { name: 'Northfold – expansion' }).waitFor()
  })

  test('say what is missing: an unknown deal, an unknown portal, an app that is not connected', async () => {
    await page.goto(`${sandbox.url}/deals/1111/404`)
    await page.getByRole('alert').getByText('There is no such deal.').waitFor()
    await page.goto(`${sandbox.url}/board/9`)
    await page.getByRole('heading', { name: 'No such portal' }).waitFor()
    await page.goto(`${sandbox.url}/settings/2222`)
    await page.getByRole('heading', { name: 'Stagecue is not connected' }).waitFor()
  })

  test('are served with their own types and nothing else is', async () => {
    const read = async (path: string) => {
      const response = await fetch(`${sandbox.url}${path}`)
      return [response.status, response.headers.get('content-type')]
    }
    expect(await read('/deals/1111/9001')).toEqual([200, 'text/html; charset=utf-8'])
    expect(await read('/assets/worker.js')).toEqual([200, 'text/javascript; charset=utf-8'])
    for (const path of ['/assets/..%2findex.html', '/assets/%2e%2e/.built-from', '/assets/', '/assets/constructor']) {
      expect(await read(path)).toEqual([404, 'application/json; charset=utf-8'])
    }
  })
})

test('the pages are not built again while their sources stay the same', async () => {
  const outDir = path.resolve(import.meta.dirname, '../../node_modules/.cache/sandbox-pages')
  await buildPages({ outDir })
  const { ino } = await stat(outDir)
  await buildPages({ outDir })
  expect((await stat(outDir)).ino).toBe(ino)
})

describe('the board', () => {
  test('moves a deal that is dragged to another stage', async () => {
    await page.goto(`${sandbox.url}/board/1111`)
    const target = page.getByRole('region', { name: 'Proposal sent' })
    await page.getByRole('article', { name: 'Brightwell' }).dragTo(target)
    await target.getByRole('article', { name: 'Brightwell' }).waitFor()
    await expect.poll(() => sandbox.moves).toEqual([{ dealId: '9001', stageId: 'proposal' }])
    await target.getByText('$69,900').waitFor()
    await page.mouse.move(0, 0)
    await screenshot(page, 'sandbox-board')
  })

  test('moves a deal without a mouse', async () => {
    await page.goto(`${sandbox.url}/board/1111`)
    await page.getByLabel('Move Harbor Coffee – annual plan to…').selectOption('Closed won')
    await page.getByRole('region', { name: 'Closed won' }).getByRole('article', { name: 'Harbor Coffee' }).waitFor()
    await expect.poll(() => sandbox.moves).toEqual([{ dealId: '9002', stageId: 'won' }])
  })

  test('puts a deal back and says why when it could not be moved', async () => {
    await page.goto(`${sandbox.url}/board/1111`)
    sandbox.failNextMove()
    await page.getByLabel('Move Harbor Coffee – annual plan to…').selectOption('Closed won')
    await page.getByRole('alert').getByText('The stage is locked.').waitFor()
    const origin = page.getByRole('region', { name: 'Appointment scheduled' })
    await origin.getByRole('article', { name: 'Harbor Coffee' }).waitFor()
  })

  test('follows moves made elsewhere and switches pipelines', async () => {
    await page.goto(`${sandbox.url}/board/1111`)
    await page.getByRole('article', { name: 'Larkspur' }).waitFor()
    await waitForListener(sandbox)
    sandbox.moveDeal('9003', 'lost')
    await page.getByRole('region', { name: 'Closed lost' }).getByRole('article', { name: 'Larkspur' }).waitFor()
    await page.getByLabel('Pipeline').selectOption('Renewals')
    await page.getByRole('region', { name: 'Upcoming' }).waitFor()
  })
})

describe('the inbox', () => {
  test('shows mails as they arrive, runs none of their scripts and opens their links outside the sandbox', async () => {
    await page.goto(`${sandbox.url}/inbox`)
    await page.getByRole('heading', { name: 'Your warehouse rollout' }).waitFor()
    const body = page.frameLocator('iframe[title="Mail as HTML"]')
    await body.getByText('thank you for your time today.').waitFor()
    expect(await page.title()).not.toContain('owned')
    const popup = page.waitForEvent('popup')
    await body.getByRole('link', { name: 'Shall we plan the next step?' }).click()
    await (await popup).close()

    await waitForListener(sandbox)
    sandbox.receiveMail('A second thought')
    await page.getByRole('link', { name: 'A second thought' }).click()
    await page.getByRole('heading', { name: 'A second thought' }).waitFor()
    await page.getByRole('tab', { name: 'Headers' }).click()
    await page.getByRole('row', { name: 'List-Unsubscribe' }).waitFor()
    await page.getByRole('tab', { name: 'Text' }).click()
    await page.getByText('Shall we plan the next step?').waitFor()
  })
})
