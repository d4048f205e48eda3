import { ErrorState, Tabs } from '@hubspot/ui-extensions'
import { createRenderer } from '@hubspot/ui-extensions/testing'
import { apiOrigin } from '@stagecue/app-client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { DealCard } from '../../hubspot-project/app/cards/DealCard.tsx'
import { SettingsPage } from '../../hubspot-project/app/settings/SettingsPage.tsx'
import { dealCard, RULES, settings } from './support/fixtures.ts'
import { hubspotMail, hubspotStatus } from './support/number-fixtures.ts'
import { expectQuietConsole } from './support/quiet-console.ts'
import { wordsOf } from './support/screen.ts'
import { APPROVAL } from './support/version-fixtures.ts'

expectQuietConsole()

const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000 })
const hsFetch = vi.fn()

// `hubspot.fetch` is `self.hsFetch` in HubSpot's worker; Node has neither.
beforeEach(() => {
  hsFetch.mockReset()
  vi.stubGlobal('self', globalThis)
  vi.stubGlobal('hsFetch', hsFetch)
})
afterEach(() => vi.unstubAllGlobals())

const answer = (data: unknown) => new Response(JSON.stringify({ ok: true, data }))
const origin = apiOrigin({ API_ORIGIN: 'https://app.stagecue.example' })
const actions = { addAlert: vi.fn(), closeOverlay: vi.fn() }

test('the card asks our server for its deal through hubspot.fetch', async () => {
  hsFetch.mockImplementation(async () => answer(dealCard()))
  const { render, getRootNode } = createRenderer('crm.record.sidebar')
  render(<DealCard dealId="9001" timeZone="Europe/Berlin" origin={origin} {...actions} />)
  await until(() => expect(getRootNode().toString()).toContain('Tue 24 Nov, 09:30'))
  expect(hsFetch).toHaveBeenCalledExactlyOnceWith('https://app.stagecue.example/api/deals/9001', {
    method: 'GET',
    timeout: 12_000,
  })
})

test('the settings page asks our server through hubspot.fetch', async () => {
  const answers: Record<string, unknown> = {
    '/api/settings': settings(),
    '/api/stops': { stops: [] },
    '/api/late-mails': { count: 0, countedAt: null, groups: [], question: null, mails: [] },
    '/api/hubspot-status': hubspotStatus(),
    '/api/hubspot-mail': hubspotMail(),
    '/api/hubspot-mail/subscriptions': { subscriptions: [] },
    '/api/rules': RULES,
    '/api/publish-approval': APPROVAL,
  }
  hsFetch.mockImplementation(async (url: string) => answer(answers[new URL(url).pathname]))
  const { render, maybeFind } = createRenderer('settings')
  render(<SettingsPage timeZone="Europe/Berlin" userEmail="boss@acme.example" origin={origin} {...actions} />)
  await until(() => expect(maybeFind(Tabs)).not.toBeNull())
  expect(hsFetch.mock.calls[0]?.[0]).toBe('https://app.stagecue.example/api/settings')
  // The sections ask once they are shown; until then the next test would see it.
  await until(() => expect(hsFetch).toHaveBeenCalledTimes(Object.keys(answers).length))
})

test('a profile without our server’s address is said, and nothing is asked', () => {
  const card = createRenderer('crm.record.sidebar')
  card.render(<DealCard dealId="9001" timeZone="UTC" origin={null} {...actions} />)
  expect(wordsOf(card.find(ErrorState))).toContain('Contact Stagecue support')
  const page = createRenderer('settings')
  page.render(<SettingsPage timeZone="UTC" userEmail="a@b.example" origin={null} {...actions} />)
  expect(page.find(ErrorState).props.title).toBe('Stagecue is not set up')
  expect(hsFetch).not.toHaveBeenCalled()
})
