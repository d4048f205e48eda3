import { Form, Input, NumberInput, Select, Toggle } from '@hubspot/ui-extensions'
import { expect, test, vi } from 'vitest'
import { settings } from './support/fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { ACCOUNT_SENDER, ADA_ID, domainRow, OWNERS, SENDERS, senderRow } from './support/sender-fixtures.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

test('shows who sends, why one cannot, what the DNS lacks, and whose deals each writes for', async () => {
  const problem = 'Its mail server could not be used: 535 no. Its mails wait and are tried again.'
  const page = await openSettings('mail', {
    listSenders: async () => ({ senders: [ACCOUNT_SENDER, senderRow({ problem })], domains: [domainRow()] }),
  })
  await until(() => expect(page.screen()).toContain('Bob Rep (bob@acme.example)'))
  for (const text of [
    'Ada Rep <ada@acme.example>',
    problem,
    'Cannot send',
    'On, default',
    'At most 15, rising to 100',
    'Does not pass',
    'DKIM, Wrong: one._domainkey.acme.example has no DKIM record.',
  ]) {
    expect(page.screen()).toContain(text)
  }
})

test('says of each sender with a mail server of its own where bounces come back to, and why', async () => {
  const mailbox = { host: 'imap.acme.example', port: 993, tls: 'tls', user: 'sales', hasPassword: true } as const
  const rows = [
    ACCOUNT_SENDER,
    senderRow({ mailbox, readsBounces: true }),
    senderRow({ id: '01890000-0000-7000-8000-00000000000c', mailbox, replyTo: 'sales@acme.example' }),
    senderRow({ id: '01890000-0000-7000-8000-00000000000d' }),
  ]
  const page = await openSettings('mail', { listSenders: async () => ({ senders: rows, domains: [] }) })
  await until(() => expect(page.screen()).toContain('Bounces come back to ada@acme.example and are read there.'))
  expect(page.screen()).toContain('because the mailbox that is read is that of sales@acme.example. SPF speaks for')
  expect(page.screen()).toContain('because nobody reads its mailbox for Stagecue. SPF speaks for Stagecue’s domain')
  expect(page.screen().split('Bounces come back').length).toBe(4)
})

test('a new sender is added with its own mail server, whose port follows the protection', async () => {
  const page = await openSettings('mail')
  await until(() => page.button('New sender'))
  page.button('New sender').trigger('onClick')
  await until(() => page.find(Input, { name: 'mailboxAddress' }))
  const type = (name: string, text: string) => page.find(Input, { name }).trigger('onInput', text as never)
  type('mailboxAddress', 'eve@acme.example')
  type('mailboxName', 'Eve')
  page.find(Toggle, { name: 'smtpOn' }).trigger('onChange', true as never)
  await until(() => page.find(Input, { name: 'smtpHost' }))
  type('smtpHost', 'smtp.acme.example')
  type('smtpUser', 'eve')
  expect(page.find(Input, { name: 'smtpPassword' }).props.type).toBe('password')
  type('smtpPassword', 'secret')
  page.find(Toggle, { name: 'imapOn' }).trigger('onChange', true as never)
  await until(() => page.find(Input, { name: 'imapHost' }))
  type('imapHost', 'imap.acme.example')
  type('imapUser', 'eve')
  type('imapPassword', 'other')
  page.find(Select, { name: 'smtpTls' }).trigger('onChange', 'starttls' as never)
  await until(() => expect(page.find(NumberInput, { name: 'smtpPort' }).props.value).toBe(587))
  await until(() => expect(page.button('Add sender').props.disabled).toBe(false))
  page.findAll(Form).at(-1)?.trigger('onSubmit')
  await until(() => page.button('New sender'))
  expect(page.api.addSender).toHaveBeenCalledExactlyOnceWith({
    address: 'eve@acme.example',
    fromName: 'Eve',
    replyTo: '',
    signature: '',
    server: { host: 'smtp.acme.example', port: 587, tls: 'starttls', user: 'eve', password: 'secret' },
    mailbox: { host: 'imap.acme.example', port: 993, tls: 'tls', user: 'eve', password: 'other' },
    dailyCap: 100,
    rampUp: { start: 20, step: 10 },
    active: true,
    idempotencyKey: 'key-00001',
  })
})

test('a sender is changed without its password being known here, and leaving asks first', async () => {
  const page = await openSettings('mail')
  await until(() => expect(page.buttons('Change')).toHaveLength(2))
  page.buttons('Change')[1]?.trigger('onClick')
  await until(() => page.find(Input, { name: 'smtpPassword' }))
  expect(page.find(Input, { name: 'smtpPassword' }).props.value).toBe('')
  expect(page.find(Input, { name: 'mailboxAddress' }).props.readOnly).toBe(true)
  page.find(NumberInput, { name: 'mailboxCap' }).trigger('onChange', 40 as never)
  await until(() => expect(page.button('Save changes').props.disabled).toBe(false))
  page.openTab('overview')
  await until(() => expect(page.screen()).toContain('You have unsaved changes'))
  page.findAll(Form).at(-1)?.trigger('onSubmit')
  await until(() => expect(page.api.changeSender).toHaveBeenCalledTimes(1))
  expect(page.api.changeSender.mock.calls[0]).toMatchObject([
    ADA_ID,
    { dailyCap: 40, server: { host: 'smtp.acme.example', password: null } },
  ])
})

test('a test mail says what the mail server answered', async () => {
  const message = 'The mail server could not be used: 535 5.7.8 no.'
  const page = await openSettings('mail', { testSender: async () => ({ sent: false, message }) })
  await until(() => expect(page.buttons('Send a test mail to myself')).toHaveLength(2))
  page.buttons('Send a test mail to myself')[1]?.trigger('onClick')
  await until(() => expect(page.screen()).toContain(message))
  expect(page.api.testSender).toHaveBeenCalledExactlyOnceWith(ADA_ID, { idempotencyKey: 'key-00001' })
})

test('the default is moved, a domain is checked and capped, an owner is linked', async () => {
  const page = await openSettings('mail')
  await until(() => page.find(Select, { name: 'owner-72' }))
  page.button('Make default').trigger('onClick')
  await until(() =>
    expect(page.api.chooseDefaultSender).toHaveBeenCalledExactlyOnceWith(ADA_ID, { idempotencyKey: 'key-00001' }),
  )
  page.button('Check acme.example').trigger('onClick')
  await until(() => expect(page.api.checkDomain).toHaveBeenCalledTimes(1))
  page.find(NumberInput, { name: 'cap-acme.example' }).trigger('onChange', 300 as never)
  await until(() => expect(page.button('Save cap').props.disabled).toBe(false))
  page.button('Save cap').trigger('onClick')
  await until(() => expect(page.api.saveDomain).toHaveBeenCalledTimes(1))
  expect(page.api.saveDomain.mock.calls[0]?.[0]).toMatchObject({ domain: 'acme.example', dailyCap: 300 })
  page.find(Select, { name: 'owner-72' }).trigger('onChange', ADA_ID as never)
  await until(() => expect(page.api.linkOwner).toHaveBeenCalledTimes(1))
  expect(page.api.linkOwner.mock.calls[0]).toMatchObject(['72', { link: ADA_ID }])
})

test('without the permission it says where e-mails come from and offers to reconnect', async () => {
  const page = await openSettings('mail', { listOwners: async () => ({ ...OWNERS, permitted: false, owners: [] }) })
  await until(() => expect(page.screen()).toContain('so all e-mails come from the default sender'))
  expect(page.hasButton('Reconnect to allow it')).toBe(true)
})

test('each owner’s time zone is shown, and why there is none', async () => {
  const [ada, bob] = OWNERS.owners
  if (!ada || !bob) throw new Error('two owners are there')
  const owners = [{ ...ada, timeZone: 'America/New_York' }, bob]
  const page = await openSettings('mail', { listOwners: async () => ({ ...OWNERS, owners }) })
  await until(() => expect(page.screen()).toContain('America/New_York'))
  expect(page.screen()).toContain('Not known')
  expect(page.hasButton('Reconnect to allow it')).toBe(false)
  const without = await openSettings('mail', { listOwners: async () => ({ ...OWNERS, zonesPermitted: false }) })
  await until(() => expect(without.screen()).toContain('so a contact without one gets the account’s'))
  expect(without.hasButton('Reconnect to allow it')).toBe(true)
})

test('who may only look sees everything and changes nothing', async () => {
  const readOnly = settings({ access: { mayConfigure: false, admins: ['boss@acme.example'] } })
  const page = await openSettings('mail', { readSettings: async () => readOnly, listSenders: async () => SENDERS })
  await until(() => page.find(Select, { name: 'owner-72' }))
  expect(page.find(Select, { name: 'owner-72' }).props.readOnly).toBe(true)
  for (const label of ['New sender', 'Change', 'Make default', 'Send a test mail to myself', 'Check acme.example']) {
    expect(page.hasButton(label)).toBe(false)
  }
})
