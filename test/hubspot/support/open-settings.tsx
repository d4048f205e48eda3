import { Tabs } from '@hubspot/ui-extensions'
import { createRenderer } from '@hubspot/ui-extensions/testing'
import { createFormats } from '@stagecue/app-client'
import { vi } from 'vitest'
import { SettingsView } from '../../../hubspot-project/app/settings/SettingsView.tsx'
import type { SettingsApi } from '../../../hubspot-project/app/settings/settings-tools.ts'
import { countingKeys } from './counting-keys.ts'
import {
  CHOICES,
  eventRow,
  HOLIDAY_COUNTRIES,
  mappingRow,
  NOW,
  PIPELINES,
  RULES,
  SENDER,
  sequence,
  sequenceRow,
  settings,
} from './fixtures.ts'
import { SAMPLE_DEALS, stepPreview, testMailSent } from './go-live-fixtures.ts'
import { manualTimers } from './manual-timers.ts'
import { hubspotMail, hubspotStatus, numbers, sequenceNumbers } from './number-fixtures.ts'
import { buttonsOf, screenOf } from './screen.ts'
import { OWNERS, SENDERS } from './sender-fixtures.ts'
import { versionAnswers } from './version-fixtures.ts'
import { scenarios, whatIf } from './what-if-fixtures.ts'

const done = async () => ({ done: true as const })

/** Answers of a connected account with one mapping and one sequence. */
function defaults(): SettingsApi {
  return {
    readSettings: async () => settings(),
    saveAdmins: done,
    disconnect: done,
    readSender: async () => SENDER,
    saveSender: async ({ idempotencyKey: _, revision = 0, ...saved }) => ({
      ...SENDER,
      ...saved,
      revision: revision + 1,
    }),
    listSenders: async () => SENDERS,
    addSender: async () => SENDERS,
    changeSender: async () => SENDERS,
    chooseDefaultSender: async () => SENDERS,
    testSender: async () => ({ sent: true, message: 'A test mail is on its way to boss@acme.example.' }),
    saveDomain: async () => SENDERS,
    checkDomain: async () => SENDERS,
    listOwners: async () => OWNERS,
    refreshOwners: async () => OWNERS,
    linkOwner: async () => OWNERS,
    listStops: async () => ({ stops: [] }),
    stopSending: async () => ({ stops: [] }),
    allowSending: async () => ({ stops: [] }),
    readRules: async () => RULES,
    saveRules: async ({ idempotencyKey: _, revision = 0, ...rules }) => ({ ...rules, revision: revision + 1 }),
    listLateMails: async () => ({ count: 0, countedAt: null, groups: [], question: null, mails: [] }),
    decideLateMails: async () => ({ decided: 1, left: 0, refused: [] }),
    decideAllLateMails: async () => ({ decided: 1, left: 0, refused: [] }),
    retryFaultySteps: async () => ({ decided: 1, left: 0, refused: [] }),
    listPlaces: async () => ({ places: [{ id: 'new', name: 'New' }], revision: 8 }),
    savePlaces: async ({ places, revision = 0 }) => ({ places, revision: revision + 1 }),
    listPipelines: async () => PIPELINES,
    refreshPipelines: async () => PIPELINES,
    listMappings: async () => ({ mappings: [mappingRow()] }),
    listMappingChoices: async () => CHOICES,
    saveMapping: done,
    switchMapping: done,
    removeMapping: done,
    listApprovals: async () => ({ approvals: [] }),
    answerApproval: done,
    listSequences: async () => ({ sequences: [sequenceRow()] }),
    createSequence: async ({ name, definition }) => sequence({ name, draft: definition }),
    readSequence: async () => sequence(),
    saveSequence: async (_, { name, definition, revision }) =>
      sequence({ name, draft: definition, revision: revision + 1 }),
    changeSequenceStatus: async () => sequence({ status: 'active', version: 1, hasUnpublishedChanges: false }),
    previewMail: async ({ subject, body }) => ({ subject, text: body, problems: [] }),
    ...versionAnswers,
    readPreflight: async () => ({ revision: 7, filledWith: 'Example values', findings: [] }),
    previewStep: async () => stepPreview(),
    sendTestMail: async () => testMailSent(),
    listSampleDeals: async () => SAMPLE_DEALS,
    readWhatIf: async () => whatIf(),
    askWhatIf: async () => whatIf({ state: 'waiting' }),
    readScenarios: async () => scenarios(),
    saveScenarios: async (_, { scenarios: saved, revision }) => scenarios({ scenarios: saved, revision: revision + 1 }),
    removeScenarios: async (_, { revision }) => scenarios({ revision: revision + 1 }),
    listHolidayCountries: async () => HOLIDAY_COUNTRIES,
    listEvents: async () => ({ events: [eventRow()], next: null }),
    rerunEvent: done,
    deleteEvent: done,
    listRequests: async () => ({ requests: [] }),
    readNumbers: async () => numbers(),
    readSequenceNumbers: async () => sequenceNumbers(),
    readHubSpotStatus: async () => hubspotStatus(),
    saveHubSpotStatus: async ({ enabled }) => hubspotStatus({ enabled }),
    readHubSpotMail: async () => hubspotMail(),
    listSubscriptionTypes: async () => ({ subscriptions: [{ id: '1002', name: 'One to One', description: '' }] }),
    saveHubSpotMail: async ({ writeOptOuts, logMails, revision = 0 }) =>
      hubspotMail({ writeOptOuts, logMails, revision: revision + 1 }),
  }
}

export type TabName = 'overview' | 'mappings' | 'sequences' | 'numbers' | 'events' | 'mail' | 'requests'

/** Opens the settings page at a tab, over a network that the test answers. */
export async function openSettings(tab: TabName, answers: Partial<SettingsApi> = {}) {
  const renderer = createRenderer('settings')
  const clock = manualTimers()
  const api = spied({ ...defaults(), ...answers })
  const addAlert = vi.fn()
  const closeOverlay = vi.fn()
  const tools = {
    formats: createFormats({ timeZone: 'Europe/Berlin', now: () => NOW }),
    makeKey: countingKeys(),
    timers: clock.timers,
    addAlert,
    closeOverlay,
  }
  renderer.render(<SettingsView api={api} tools={tools} userEmail="boss@acme.example" />)
  const openTab = (name: TabName) => renderer.find(Tabs).trigger('onSelectedChange', name as never)
  await vi.waitFor(() => renderer.find(Tabs), { timeout: 20_000 })
  if (tab !== 'overview') openTab(tab)
  return {
    ...renderer,
    api,
    clock,
    addAlert,
    closeOverlay,
    openTab,
    ...buttonsOf(renderer),
    screen: () => screenOf(renderer),
  }
}

function spied(api: SettingsApi) {
  return {
    readSettings: vi.fn(api.readSettings),
    saveAdmins: vi.fn(api.saveAdmins),
    disconnect: vi.fn(api.disconnect),
    readSender: vi.fn(api.readSender),
    saveSender: vi.fn(api.saveSender),
    listSenders: vi.fn(api.listSenders),
    addSender: vi.fn(api.addSender),
    changeSender: vi.fn(api.changeSender),
    chooseDefaultSender: vi.fn(api.chooseDefaultSender),
    testSender: vi.fn(api.testSender),
    saveDomain: vi.fn(api.saveDomain),
    checkDomain: vi.fn(api.checkDomain),
    listOwners: vi.fn(api.listOwners),
    refreshOwners: vi.fn(api.refreshOwners),
    linkOwner: vi.fn(api.linkOwner),
    listStops: vi.fn(api.listStops),
    stopSending: vi.fn(api.stopSending),
    allowSending: vi.fn(api.allowSending),
    readRules: vi.fn(api.readRules),
    saveRules: vi.fn(api.saveRules),
    listPlaces: vi.fn(api.listPlaces),
    savePlaces: vi.fn(api.savePlaces),
    listLateMails: vi.fn(api.listLateMails),
    decideLateMails: vi.fn(api.decideLateMails),
    decideAllLateMails: vi.fn(api.decideAllLateMails),
    retryFaultySteps: vi.fn(api.retryFaultySteps),
    listPipelines: vi.fn(api.listPipelines),
    refreshPipelines: vi.fn(api.refreshPipelines),
    listMappings: vi.fn(api.listMappings),
    listMappingChoices: vi.fn(api.listMappingChoices),
    saveMapping: vi.fn(api.saveMapping),
    switchMapping: vi.fn(api.switchMapping),
    removeMapping: vi.fn(api.removeMapping),
    listApprovals: vi.fn(api.listApprovals),
    answerApproval: vi.fn(api.answerApproval),
    listSequences: vi.fn(api.listSequences),
    createSequence: vi.fn(api.createSequence),
    readSequence: vi.fn(api.readSequence),
    saveSequence: vi.fn(api.saveSequence),
    changeSequenceStatus: vi.fn(api.changeSequenceStatus),
    previewMail: vi.fn(api.previewMail),
    listVersions: vi.fn(api.listVersions),
    readVersion: vi.fn(api.readVersion),
    restoreVersion: vi.fn(api.restoreVersion),
    diffVersions: vi.fn(api.diffVersions),
    previewMove: vi.fn(api.previewMove),
    moveEnrollments: vi.fn(api.moveEnrollments),
    exportSequence: vi.fn(api.exportSequence),
    checkImport: vi.fn(api.checkImport),
    importSequence: vi.fn(api.importSequence),
    listStarters: vi.fn(api.listStarters),
    createFromStarter: vi.fn(api.createFromStarter),
    readReview: vi.fn(api.readReview),
    answerReview: vi.fn(api.answerReview),
    readPublishApproval: vi.fn(api.readPublishApproval),
    savePublishApproval: vi.fn(api.savePublishApproval),
    readPreflight: vi.fn(api.readPreflight),
    previewStep: vi.fn(api.previewStep),
    sendTestMail: vi.fn(api.sendTestMail),
    listSampleDeals: vi.fn(api.listSampleDeals),
    readWhatIf: vi.fn(api.readWhatIf),
    askWhatIf: vi.fn(api.askWhatIf),
    readScenarios: vi.fn(api.readScenarios),
    saveScenarios: vi.fn(api.saveScenarios),
    removeScenarios: vi.fn(api.removeScenarios),
    listHolidayCountries: vi.fn(api.listHolidayCountries),
    listEvents: vi.fn(api.listEvents),
    rerunEvent: vi.fn(api.rerunEvent),
    deleteEvent: vi.fn(api.deleteEvent),
    listRequests: vi.fn(api.listRequests),
    readNumbers: vi.fn(api.readNumbers),
    readSequenceNumbers: vi.fn(api.readSequenceNumbers),
    readHubSpotStatus: vi.fn(api.readHubSpotStatus),
    saveHubSpotStatus: vi.fn(api.saveHubSpotStatus),
    readHubSpotMail: vi.fn(api.readHubSpotMail),
    listSubscriptionTypes: vi.fn(api.listSubscriptionTypes),
    saveHubSpotMail: vi.fn(api.saveHubSpotMail),
  }
}
