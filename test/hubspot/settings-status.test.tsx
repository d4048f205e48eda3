import { Button } from '@hubspot/ui-extensions'
import { expect, test, vi } from 'vitest'
import { settings } from './support/fixtures.ts'
import { hubspotStatus } from './support/number-fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })
const ON = 'Write the status to HubSpot'
const OFF = 'Stop writing the status'

test('is off at first, names the properties, and is switched on once', async () => {
  const readHubSpotStatus = vi.fn(async () => hubspotStatus())
  const page = await openSettings('overview', { readHubSpotStatus })
  await until(() => expect(page.screen()).toContain('It is switched off.'))
  expect(page.screen()).toContain('Stagecue status (stagecue_status)')
  readHubSpotStatus.mockResolvedValue(hubspotStatus({ enabled: true, waiting: 2 }))
  const on = page.button(ON)
  on.trigger('onClick')
  on.trigger('onClick')
  await until(() => expect(page.hasButton(OFF)).toBe(true))
  const change = { enabled: true, idempotencyKey: 'key-00001' }
  expect(page.api.saveHubSpotStatus).toHaveBeenCalledExactlyOnceWith(change)
  expect(page.screen()).toContain('Nothing was written yet. 2 records wait to be written.')
  expect(page.addAlert).toHaveBeenCalledWith({ type: 'success', message: 'The status is written now.' })
})

test('says when it wrote last, what HubSpot did not take, and why nothing is written at present', async () => {
  const problem = 'HubSpot cannot be reached. Try again in a moment.'
  const status = { enabled: true, lastWrittenAt: '2026-11-21T07:00:00Z', refused: 1, problem }
  const page = await openSettings('overview', { readHubSpotStatus: async () => hubspotStatus(status) })
  await until(() => expect(page.screen()).toContain('Last written Sat 21 Nov, 08:00 (1 hour ago).'))
  expect(page.screen()).toContain('HubSpot did not take 1 record')
  expect(page.screen()).toContain(problem)
  expect(page.screen()).toContain('keep what they say')
})

test('without the permission it offers to reconnect and nothing else', async () => {
  const problem = 'HubSpot did not allow Stagecue to change contacts and deals.'
  const page = await openSettings('overview', {
    readHubSpotStatus: async () => hubspotStatus({ permitted: false, problem }),
  })
  await until(() => expect(page.screen()).toContain(problem))
  expect(page.hasButton(ON)).toBe(false)
  const reconnect = page.find(Button, { variant: 'primary', size: 'sm' })
  expect(reconnect.props.href).toEqual({ url: 'https://app.stagecue.example/oauth/install', external: true })
})

test('who may not configure sees the state and no button', async () => {
  const page = await openSettings('overview', {
    readSettings: async () => settings({ access: { mayConfigure: false, admins: ['boss@acme.example'], revision: 0 } }),
  })
  await until(() => expect(page.screen()).toContain('It is switched off.'))
  expect(page.hasButton(ON)).toBe(false)
})

test('a disconnected account has no such setting', async () => {
  const connection = { ...settings().connection, status: 'disconnected' as const }
  const page = await openSettings('overview', { readSettings: async () => settings({ connection, health: null }) })
  await until(() => expect(page.screen()).toContain('Connection'))
  expect(page.api.readHubSpotStatus).not.toHaveBeenCalled()
})
