import type { HubSpotMail } from '#shared/contract/hubspot-mail.ts'
import type { HubSpotStatus } from '#shared/contract/hubspot-status.ts'
import type { Numbers, SequenceNumbers } from '#shared/contract/numbers.ts'
import { SEQUENCE_ID } from './fixtures.ts'

const SEQUENCE = {
  ...{ sequenceId: SEQUENCE_ID, name: 'Follow up on a proposal', status: 'active' as const },
  ...{ enrolled: 200, running: 40, completed: 100, stopped: 60, due: 385, sent: 380, delivered: 377 },
  ...{ bounced: 3, replied: 34, clicked: null, opened: null, unsubscribed: 1 },
}

const PERIOD = { from: '2026-10-22T08:00:00Z', to: '2026-11-21T08:00:00Z', advanceDays: 14 }

export function numbers(changes: Partial<Numbers> = {}): Numbers {
  return {
    ...PERIOD,
    sequences: [SEQUENCE],
    stages: [
      {
        ...{ pipelineId: 'default', stageId: 'contractsent', pipelineLabel: 'Sales', stageLabel: 'Contract sent' },
        ...{ enrolledDeals: 120, otherDeals: 9, hoursInStage: 100 },
        enrolled: { deals: 80, advanced: 20 },
        others: { deals: 0, advanced: 0 },
      },
    ],
    ...changes,
  }
}

export function sequenceNumbers(changes: Partial<SequenceNumbers> = {}): SequenceNumbers {
  return {
    ...PERIOD,
    sequence: SEQUENCE,
    steps: [
      {
        ...{ stepId: 'one', label: 'E-mail 1: Your proposal', due: 200, sent: 197, delivered: 194 },
        ...{ bounced: 3, replied: 20, clicked: null, opened: null, unsubscribed: 1 },
        stopReasons: [{ reason: 'replied', label: 'The contact replied', count: 20 }],
      },
    ],
    variants: [],
    stopReasons: [{ reason: 'stage_left', label: 'The deal left the stage', count: 26 }],
    holdOut: null,
    ...changes,
  }
}

export function hubspotStatus(changes: Partial<HubSpotStatus> = {}): HubSpotStatus {
  return {
    enabled: false,
    permitted: true,
    problem: null,
    properties: [{ name: 'stagecue_status', label: 'Stagecue status' }],
    waiting: 0,
    refused: 0,
    lastWrittenAt: null,
    changedBy: null,
    connectUrl: 'https://app.stagecue.example/oauth/install',
    ...changes,
  }
}

export function hubspotMail(changes: Partial<HubSpotMail> = {}): HubSpotMail {
  const queue = { permitted: true, problem: null, waiting: 0, refused: 0 }
  return {
    subscription: null,
    writeOptOuts: 'off',
    logMails: false,
    optOuts: queue,
    mails: { ...queue, unknown: 0 },
    changedBy: null,
    revision: 7,
    connectUrl: 'https://app.stagecue.example/oauth/install',
    ...changes,
  }
}
