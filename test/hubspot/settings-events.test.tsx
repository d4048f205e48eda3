import {
  Accordion,
  EmptyState,
  Form,
  Input,
  LoadingButton,
  Modal,
  Select,
  StatusTag,
  TableCell,
  TableHeader,
  TextArea,
} from '@hubspot/ui-extensions'
import { expect, test, vi } from 'vitest'
import type { EventPage, EventQuery } from '#shared/contract/event.ts'
import { dealCard, eventRow } from './support/fixtures.ts'
import { openSettings } from './support/open-settings.tsx'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })

test('a failed event says why, how often it was tried and what to do', async () => {
  const dead = eventRow({ status: 'dead', attempts: 5, reason: 'HubSpot answered 403 for the deal.' })
  const page = await openSettings('events', { listEvents: async () => ({ events: [dead], next: null }) })
  await until(() => expect(page.find(StatusTag).text).toBe('Failed'))
  expect(page.screen()).toContain('HubSpot answered 403 for the deal.')
  expect(page.screen()).toContain('Remove the cause, then choose Re-run.')
})

test('an event opens to its decisions and their conditions', async () => {
  const nearestChange = 'The person must opt in to e-mail again in HubSpot.'
  const decisions = dealCard().decisions.map((decision) => ({ ...decision, nearestChange }))
  const event = eventRow({ decisions })
  const page = await openSettings('events', { listEvents: async () => ({ events: [event], next: null }) })
  await until(() => expect(page.find(Accordion).props.title).toBe('Decisions (1)'))
  expect(page.findAll(TableHeader).map(wordsOf)).toEqual(['Condition', 'Expected', 'Found', 'Result'])
  expect(page.findAll(TableCell).map(wordsOf).slice(-4)).toEqual([
    'Contact has not opted out',
    'no',
    'yes',
    '✗ not met',
  ])
  expect(page.screen()).toContain(nearestChange)
})

test('the filter asks for one status', async () => {
  const page = await openSettings('events', {
    listEvents: async ({ status }) => ({ events: status === undefined ? [eventRow()] : [], next: null }),
  })
  await until(() => expect(page.screen()).toContain('Deal 9001 moved'))
  page.find(Select).trigger('onChange', 'dead' as never)
  await until(() => expect(page.find(EmptyState).props.title).toBe('No such events'))
  expect(page.api.listEvents).toHaveBeenLastCalledWith({ status: 'dead' })
})

test('Load more adds the next page and keeps the first on screen', async () => {
  const pages = async ({ before }: EventQuery): Promise<EventPage> =>
    before === undefined
      ? { events: [eventRow({ eventId: '17', summary: 'Newer' })], next: '17' }
      : { events: [eventRow({ eventId: '16', summary: 'Older' })], next: null }
  const page = await openSettings('events', { listEvents: pages })
  await until(() => page.button('Load more'))
  page.button('Load more').trigger('onClick')
  expect(page.screen()).toContain('Newer')
  await until(() => expect(page.screen()).toContain('Older'))
  expect(page.screen()).toContain('Newer')
  expect(page.hasButton('Load more')).toBe(false)
})

test('Re-run runs once and renews the list', async () => {
  const dead = eventRow({ status: 'dead' })
  const page = await openSettings('events', { listEvents: async () => ({ events: [dead], next: null }) })
  await until(() => page.button('Re-run'))
  const rerun = page.button('Re-run')
  rerun.trigger('onClick')
  rerun.trigger('onClick')
  await until(() => expect(page.api.listEvents).toHaveBeenCalledTimes(2))
  expect(page.api.rerunEvent).toHaveBeenCalledExactlyOnceWith('17', { idempotencyKey: 'key-00001' })
})

test('what was processed cannot be run again', async () => {
  const page = await openSettings('events')
  await until(() => page.button('Delete'))
  expect(page.hasButton('Re-run')).toBe(false)
})

test('what came too late to enroll anybody says so, and can be run again', async () => {
  const late = eventRow({ tooOld: true })
  const page = await openSettings('events', { listEvents: async () => ({ events: [late], next: null }) })
  await until(() => page.button('Re-run'))
  expect(page.screen()).toContain('Stagecue heard of it more than a day late, so it enrolled nobody on its own.')
})

test('Delete asks first', async () => {
  const page = await openSettings('events')
  await until(() => page.button('Delete'))
  expect(page.api.deleteEvent).not.toHaveBeenCalled()
  page.find(Modal).find(LoadingButton).trigger('onClick')
  await until(() => expect(page.api.deleteEvent).toHaveBeenCalledOnce())
})

test('an event that is still waiting can be neither run again nor deleted', async () => {
  const waiting = eventRow({ status: 'pending' })
  const page = await openSettings('events', { listEvents: async () => ({ events: [waiting], next: null }) })
  await until(() => expect(page.find(StatusTag).text).toBe('Waiting'))
  expect(page.hasButton('Re-run')).toBe(false)
  expect(page.hasButton('Delete')).toBe(false)
})

test('the sender is saved as typed, and its address cannot be changed', async () => {
  const page = await openSettings('mail')
  await until(() => page.find(Input, { name: 'fromName' }))
  expect(page.find(Input, { name: 'fromAddress' }).props.readOnly).toBe(true)
  expect(page.button('Save sender').props.disabled).toBe(true)

  page.find(Input, { name: 'replyTo' }).trigger('onInput', 'nobody' as never)
  await until(() => expect(page.find(Input, { name: 'replyTo' }).props.error).toBe(true))
  page.find(Form).trigger('onSubmit')
  expect(page.api.saveSender).not.toHaveBeenCalled()

  page.find(Input, { name: 'replyTo' }).trigger('onInput', 'help@acme.example' as never)
  page.find(TextArea).trigger('onInput', 'Acme, 2 Main Street' as never)
  await until(() => expect(page.button('Save sender').props.disabled).toBe(false))
  page.find(Form).trigger('onSubmit')
  await until(() => expect(page.button('Save sender').props.disabled).toBe(true))
  expect(page.api.saveSender).toHaveBeenCalledExactlyOnceWith({
    fromName: 'Acme Sales',
    replyTo: 'help@acme.example',
    postalAddress: 'Acme, 2 Main Street',
    revision: 2,
    idempotencyKey: 'key-00001',
  })
})

test('the log of calls to HubSpot tells worked from failed in words', async () => {
  const call = { at: '2026-11-21T07:00:00Z', method: 'GET', request: null, error: null, durationMs: 12.4 }
  const page = await openSettings('requests', {
    listRequests: async () => ({
      requests: [
        { ...call, path: '/crm/objects/2026-09/deals/9001', status: 200, response: '{"id":"9001"}' },
        { ...call, path: '/account-info/2026-09/details', status: null, response: null, error: 'timed out' },
      ],
    }),
  })
  await until(() => expect(page.findAll(StatusTag).map((tag) => tag.text)).toEqual(['Worked', 'Failed']))
  expect(page.findAll(Accordion).map((accordion) => accordion.props.title)).toEqual([
    'GET /crm/objects/2026-09/deals/9001 · 200',
    'GET /account-info/2026-09/details · no answer',
  ])
})

test('without calls the log says so', async () => {
  const page = await openSettings('requests')
  await until(() => expect(page.find(EmptyState).props.title).toBe('No calls yet'))
})
