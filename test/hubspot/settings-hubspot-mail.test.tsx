import { Alert, Select, Toggle } from '@hubspot/ui-extensions'
import { ApiError } from '@stagecue/app-client'
import { expect, test, vi } from 'vitest'
import type { SettingsApi } from '../../hubspot-project/app/settings/settings-tools.ts'
import { hubspotMail } from './support/number-fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

test('an admin chooses the subscription type, tells HubSpot of opt-outs and logs mails', async () => {
  const readHubSpotMail = vi.fn(async () => hubspotMail())
  const page = await openSettings('overview', { readHubSpotMail })
  await until(() => expect(page.find(Select, { name: 'subscriptionId' }).props.options).toHaveLength(2))
  page.find(Select, { name: 'writeOptOuts' }).trigger('onChange', 'subscription' as never)
  await until(() => expect(page.button('Save opt-outs and e-mails').props.disabled).toBe(true))
  page.find(Select, { name: 'subscriptionId' }).trigger('onChange', '1002' as never)
  page.find(Toggle, { name: 'logMails' }).trigger('onChange', true as never)
  await until(() => expect(page.button('Save opt-outs and e-mails').props.disabled).toBe(false))
  const saved = {
    subscription: { id: '1002', name: 'One to One' },
    writeOptOuts: 'subscription',
    logMails: true,
  } as const
  readHubSpotMail.mockResolvedValue(
    hubspotMail({ ...saved, mails: { ...hubspotMail().mails, waiting: 3, unknown: 1 } }),
  )
  page.button('Save opt-outs and e-mails').trigger('onClick')
  await until(() =>
    expect(page.screen()).toContain('E-mails: 3 waiting, 0 refused by HubSpot, 1 that HubSpot may have'),
  )
  expect(page.api.saveHubSpotMail).toHaveBeenCalledExactlyOnceWith({
    subscriptionId: '1002',
    writeOptOuts: 'subscription',
    logMails: true,
    revision: 7,
    idempotencyKey: expect.any(String),
  })
})

test('without the permissions nothing can be switched on, and the section says how to get them', async () => {
  const problem = 'HubSpot did not allow it. Reconnect.'
  const none = { permitted: false, problem, waiting: 0, refused: 0 }
  const page = await openSettings('overview', {
    readHubSpotMail: async () => hubspotMail({ optOuts: none, mails: { ...none, unknown: 0 } }),
  })
  await until(() =>
    expect(page.findAll(Alert).some(({ props }) => props.title === 'A permission is missing')).toBe(true),
  )
  expect(page.find(Select, { name: 'writeOptOuts' }).props.readOnly).toBe(true)
  expect(page.find(Toggle, { name: 'logMails' }).props.readOnly).toBe(true)
  expect(page.hasButton('Reconnect for opt-outs and e-mails')).toBe(true)
  expect(page.api.listSubscriptionTypes).not.toHaveBeenCalled()
})

test('subscription types that could not be read are asked for again', async () => {
  const listSubscriptionTypes = vi
    .fn<SettingsApi['listSubscriptionTypes']>()
    .mockRejectedValueOnce(new ApiError({ code: 'http_502', message: 'HubSpot did not answer.', happened: 'unknown' }))
    .mockResolvedValue({ subscriptions: [{ id: '1002', name: 'One to One', description: '' }] })
  const page = await openSettings('overview', { listSubscriptionTypes })
  await until(() => expect(page.screen()).toContain('HubSpot did not answer.'))
  page.button('Try again').trigger('onClick')
  await until(() => expect(page.find(Select, { name: 'subscriptionId' }).props.options).toHaveLength(2))
})
