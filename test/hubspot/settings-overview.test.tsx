import {
  Alert,
  Button,
  ErrorState,
  Form,
  LoadingButton,
  Modal,
  NumberInput,
  StatusTag,
  Tabs,
  TextArea,
  Toggle,
} from '@hubspot/ui-extensions'
import { expect, test, vi } from 'vitest'
import type { Settings } from '#shared/contract/installation.ts'
import { HEALTH, settings } from './support/fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

test('shows the connection, its account and what needs attention', async () => {
  const page = await openSettings('overview')
  expect(page.findAll(StatusTag).map((tag) => tag.text)).toEqual(['Connected', 'Warning'])
  expect(page.screen()).toContain('acme.example (4242)')
  expect(page.screen()).toContain('Two e-mails are held. Open their deals.')
  expect(page.screen()).toContain('https://app.stagecue.example/webhooks/hubspot')
  expect(page.screen()).toContain('40, 3 failed')
  expect(page.screen()).toContain('Sat 21 Nov, 08:00 (1 hour ago)')
})

test('steps that failed by an error of their own are named, and an admin has them tried again once', async () => {
  const message = 'Stagecue failed on 1 step: Ada Lovelace (step 2 of “Onboarding”, deal “Engines”, error TypeError).'
  const health = { ...HEALTH, findings: [{ level: 'danger' as const, code: 'steps_failing', message }] }
  const page = await openSettings('overview', { readSettings: async () => settings({ health }) })
  expect(page.screen()).toContain(message)
  page.button('Try failed steps again').trigger('onClick')
  page.button('Try failed steps again').trigger('onClick')
  await until(() => expect(page.addAlert).toHaveBeenCalledOnce())
  expect(page.api.retryFaultySteps).toHaveBeenCalledExactlyOnceWith({ idempotencyKey: 'key-00001' })
  expect(page.addAlert).toHaveBeenCalledWith({ type: 'success', message: '1 step is tried again.' })
})

test('without a failed step nothing of that kind is offered', async () => {
  const page = await openSettings('overview')
  expect(page.hasButton('Try failed steps again')).toBe(false)
})

test('a connection that stopped working says why and offers to reconnect', async () => {
  const inactive: Settings = settings({
    connection: { ...settings().connection, status: 'inactive', reason: 'HubSpot refused our access. Reconnect.' },
  })
  const page = await openSettings('overview', { readSettings: async () => inactive })
  expect(wordsOf(page.find(Alert))).toBe('HubSpot refused our access. Reconnect.')
  const reconnect = page.find(Button, { variant: 'primary' })
  expect(wordsOf(reconnect)).toBe('Reconnect')
  expect(reconnect.props.href).toEqual({ url: 'https://app.stagecue.example/oauth/install', external: true })
})

test('missing permissions are named', async () => {
  const lacking = settings({ connection: { ...settings().connection, missingScopes: ['timeline'] } })
  const page = await openSettings('overview', { readSettings: async () => lacking })
  expect(wordsOf(page.find(Alert))).toBe('Reconnect to grant: timeline.')
})

test('Disconnect asks first, happens once and reloads', async () => {
  const page = await openSettings('overview')
  expect(page.button('Disconnect').props.variant).toBe('secondary')
  const dialog = page.find(Modal, { id: 'disconnect' })
  expect(wordsOf(dialog)).toContain('All running sequences stop at once')
  expect(page.api.disconnect).not.toHaveBeenCalled()

  const confirm = dialog.find(LoadingButton)
  confirm.trigger('onClick')
  confirm.trigger('onClick')
  await until(() => expect(page.closeOverlay).toHaveBeenCalledWith('disconnect'))
  expect(page.api.disconnect).toHaveBeenCalledExactlyOnceWith({ idempotencyKey: 'key-00001' })
  await until(() => expect(page.api.readSettings).toHaveBeenCalledTimes(2))
})

test('the list of who may configure is saved as addresses, each once', async () => {
  const page = await openSettings('overview')
  page.find(TextArea).trigger('onInput', ' Boss@acme.example\nnew@acme.example, new@acme.example' as never)
  await until(() => expect(page.button('Save list').props.disabled).toBe(false))
  page.find(Form).trigger('onSubmit')
  await until(() =>
    expect(page.api.saveAdmins).toHaveBeenCalledExactlyOnceWith({
      emails: ['boss@acme.example', 'new@acme.example'],
      revision: 4,
      idempotencyKey: 'key-00001',
    }),
  )
  await until(() => expect(page.api.readSettings).toHaveBeenCalledTimes(2))
})

test('a list that would lock everyone out, or oneself, is not saved unnoticed', async () => {
  const page = await openSettings('overview')
  page.find(TextArea).trigger('onInput', '' as never)
  await until(() => expect(page.find(TextArea).props.validationMessage).toContain('Keep at least one address'))
  page.find(Form).trigger('onSubmit')
  expect(page.api.saveAdmins).not.toHaveBeenCalled()

  page.find(TextArea).trigger('onInput', 'not an address' as never)
  await until(() => expect(page.find(TextArea).props.validationMessage).toContain('Not an e-mail address: not, an'))

  page.find(TextArea).trigger('onInput', 'ops@acme.example' as never)
  await until(() => expect(page.find(Alert).props.title).toBe('Your own address is not in the list'))
  // Our backend refuses it, so nobody is told that it works.
  expect(wordsOf(page.find(Alert))).toContain('it is not saved like this')
})

test('who may only look is told whom to ask and is offered no change', async () => {
  const readOnly = settings({ access: { mayConfigure: false, admins: ['boss@acme.example'], revision: 0 } })
  const page = await openSettings('overview', { readSettings: async () => readOnly })
  expect(wordsOf(page.find(Alert))).toBe('To change something, ask boss@acme.example.')
  expect(page.hasButton('Disconnect')).toBe(false)
  expect(page.maybeFind(TextArea)).toBeNull()
  expect(page.maybeFind(ErrorState)).toBeNull()

  for (const [tab, settled] of [
    ['mappings', 'Sales pipeline'],
    ['sequences', 'View'],
    ['events', 'Deal 9001 moved'],
    ['mail', 'Acme Sales'],
  ] as const) {
    page.openTab(tab)
    await until(() => expect(page.screen()).toContain(settled))
    for (const label of ['Add mapping', 'Remove', 'New sequence', 'Start from an example', 'Re-run', 'Save sender']) {
      expect(page.hasButton(label)).toBe(false)
    }
  }
})

test('leaving with limits, opt-outs or addresses that are not saved asks first', async () => {
  const edits = [
    (page: Page) => page.find(NumberInput, { name: 'portalPerDay' }).trigger('onChange', 5 as never),
    (page: Page) => page.find(Toggle, { name: 'logMails' }).trigger('onChange', true as never),
    (page: Page) => page.find(TextArea, { name: 'admins' }).trigger('onInput', 'boss@acme.example' as never),
  ]
  const done = [
    (page: Page) => expect(page.button('Save limits').props.disabled).toBe(false),
    (page: Page) => expect(page.find(Toggle, { name: 'logMails' }).props.checked).toBe(true),
    (page: Page) => expect(page.button('Save list').props.disabled).toBe(false),
  ]
  for (const [place, edit] of edits.entries()) {
    const page = await openSettings('overview')
    await until(() => page.find(NumberInput, { name: 'portalPerDay' }))
    await until(() => page.find(Toggle, { name: 'logMails' }))
    edit(page)
    await until(() => done[place]?.(page))
    page.openTab('events')
    await until(() => page.button('Discard them and open Events'))
    expect(page.find(Tabs).props.selected).toBe('overview')
  }
})
type Page = Awaited<ReturnType<typeof openSettings>>
