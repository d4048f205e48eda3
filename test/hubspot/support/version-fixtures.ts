import type { PublishApproval, SequenceReview } from '#shared/contract/publish-approval.ts'
import type { ImportPlan, SequenceFile, Starters } from '#shared/contract/sequence-file.ts'
import type { SequenceDiff, SequenceVersion, VersionList } from '#shared/contract/sequence-version.ts'
import type { MovePreview, MoveProgress } from '#shared/contract/version-move.ts'
import { ENROLLMENT_ID, SEQUENCE_ID, sequence } from './fixtures.ts'

export const VERSIONS: VersionList = {
  sequenceName: 'Onboarding',
  versions: [
    {
      version: 2,
      publishedAt: '2026-11-20T10:00:00Z',
      publishedBy: 'boss@acme.example',
      current: true,
      running: 1,
      steps: 3,
    },
    { version: 1, publishedAt: '2026-11-01T10:00:00Z', publishedBy: null, current: false, running: 4, steps: 2 },
  ],
}

export const VERSION: SequenceVersion = {
  version: 1,
  publishedAt: '2026-11-01T10:00:00Z',
  publishedBy: null,
  definition: {
    stopWhenStageLeft: true,
    steps: [{ id: 'one', kind: 'email', subject: 'Welcome', body: 'The old text' }],
  },
  outline: ['e-mail “Welcome”'],
}

export const DIFF: SequenceDiff = {
  sequenceName: 'Onboarding',
  lines: [
    {
      kind: 'changed',
      text: 'Step 1, e-mail “Welcome”: text changed',
      details: ['text:', '− The old text', '+ Hello there'],
    },
    { kind: 'added', text: 'Step 2 added: wait of 2 days', details: [] },
  ],
}

export function movePreview(changes: Partial<MovePreview> = {}): MovePreview {
  return {
    sequenceName: 'Onboarding',
    version: 2,
    total: 4,
    rows: [
      {
        enrollmentId: ENROLLMENT_ID,
        dealId: '9001',
        dealName: 'Engine no. 1',
        contactName: 'Ada Lovelace',
        fromVersion: 1,
        stands: 'Step 1 of 2: wait of 3 days',
        goesOn: 'Step 2 of 3: wait of 2 days',
        stays: null,
        next: { step: 'Step 3 of 3: e-mail “How is it going?”', at: '2026-11-24T08:30:00Z', why: 'Waits 2 days.' },
      },
    ],
    nextAfter: null,
    ...changes,
  }
}

export function moveProgress(changes: Partial<MoveProgress> = {}): MoveProgress {
  return { version: 2, moved: 4, stayed: 0, left: 0, reasons: [], ...changes }
}

export const FILE: SequenceFile = { fileName: 'onboarding.yaml', text: 'format: stagecue-sequence/1\nkey: a\n' }

export const PLAN: ImportPlan = {
  name: 'Onboarding',
  replaces: { id: SEQUENCE_ID, name: 'Onboarding', revision: 7, scenariosRevision: 2 },
  lines: DIFF.lines,
  notPublishable: null,
}

export const STARTERS: Starters = {
  starters: [
    {
      key: 'saas-demo',
      pack: 'SaaS',
      name: 'Demo follow-up',
      summary: 'After a demo.',
      outline: ['e-mail “A”', 'wait of 3 days'],
    },
    { key: 'agency-kickoff', pack: 'Agency', name: 'Kickoff', summary: 'For signed deals.', outline: ['e-mail “B”'] },
  ],
}

export function review(changes: Partial<SequenceReview> = {}): SequenceReview {
  return {
    sequenceName: 'Onboarding',
    needsApproval: false,
    state: 'none',
    submittedBy: null,
    submittedAt: null,
    answeredBy: null,
    comment: null,
    mayAnswer: false,
    ...changes,
  }
}

export const APPROVAL: PublishApproval = { needsApproval: false, admins: 2 }

/** Answers about versions, files and approvals of an account in which nothing waits. */
export const versionAnswers = {
  listVersions: async () => VERSIONS,
  readVersion: async () => VERSION,
  restoreVersion: async () => sequence({ revision: 8 }),
  diffVersions: async () => DIFF,
  previewMove: async () => movePreview(),
  moveEnrollments: async () => moveProgress(),
  exportSequence: async () => FILE,
  checkImport: async () => PLAN,
  importSequence: async () => sequence(),
  listStarters: async () => STARTERS,
  createFromStarter: async () => sequence({ name: 'Demo follow-up' }),
  readReview: async () => review(),
  answerReview: async () => sequence({ status: 'active', version: 1, hasUnpublishedChanges: false }),
  readPublishApproval: async () => APPROVAL,
  savePublishApproval: async ({ needsApproval }: { needsApproval: boolean }) => ({ ...APPROVAL, needsApproval }),
}
