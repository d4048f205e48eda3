import { createRenderer } from '@hubspot/ui-extensions/testing'
import { createFormats } from '@stagecue/app-client'
import { vi } from 'vitest'
import type { CardApi } from '../../../hubspot-project/app/cards/card-tools.ts'
import { DealCardView } from '../../../hubspot-project/app/cards/DealCardView.tsx'
import { countingKeys } from './counting-keys.ts'
import { dealCard, MAIL_TO_APPROVE, NOW, RESUME_PREVIEW } from './fixtures.ts'
import { manualTimers } from './manual-timers.ts'
import { buttonsOf, screenOf } from './screen.ts'

/** Opens the deal card over a network that the test answers. */
export function openCard(answers: Partial<CardApi> = {}) {
  const renderer = createRenderer('crm.record.sidebar')
  const clock = manualTimers()
  const api = {
    readDeal: vi.fn(answers.readDeal ?? (async () => dealCard())),
    startSequence: vi.fn(answers.startSequence ?? (async () => ({ results: [] }))),
    steerEnrollment: vi.fn(answers.steerEnrollment ?? (async () => ({ done: true as const }))),
    previewResume: vi.fn(answers.previewResume ?? (async () => RESUME_PREVIEW)),
    readMailToApprove: vi.fn(answers.readMailToApprove ?? (async () => MAIL_TO_APPROVE)),
    approveMail: vi.fn(answers.approveMail ?? (async () => ({ done: true as const }))),
    resolveStep: vi.fn(answers.resolveStep ?? (async () => ({ done: true as const }))),
  }
  const addAlert = vi.fn()
  const closeOverlay = vi.fn()
  const tools = {
    formats: createFormats({ timeZone: 'Europe/Berlin', now: () => NOW }),
    makeKey: countingKeys(),
    addAlert,
    closeOverlay,
  }
  renderer.render(<DealCardView dealId="9001" api={api} tools={tools} timers={clock.timers} />)
  return { ...renderer, api, clock, addAlert, closeOverlay, ...buttonsOf(renderer), screen: () => screenOf(renderer) }
}
