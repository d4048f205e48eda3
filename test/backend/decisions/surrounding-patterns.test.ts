import { test } from 'vitest'
import { expectDecision, type Pattern, past, STAGES } from './entry-story.ts'

const BULK = { bulkLimit: { entries: 50, minutes: 10 } }
const STAY = 'Had the deal left “Demo” before it was decided, nobody would have been enrolled.'
const BACK = 'Move the deal back to “Demo”.'
const AGAIN = 'Move the deal out of the stage and back: one entry enrolls a contact once.'
const hand = (text: string) => `${text}, or start the sequence from the deal card.`
const ended = [{ enrollments: [past(10, 20)] }]

/** What happens around a deal: bulk changes, merges, deletions, our own writes, pipelines and mappings that change. */
const PATTERNS: Pattern[] = [
  // Bulk
  [
    'is one of 50 imported at once',
    BULK,
    { moves: 'demo@10', facts: { bulk: { entries: 50, answer: 'none' } } },
    'enrolled',
    'enrolled',
    STAY,
  ],
  [
    'is one of 500 imported at once',
    BULK,
    { moves: 'demo@10', facts: { bulk: { entries: 500, answer: 'none' } } },
    'awaiting_approval',
    'bulk_waiting',
    'An admin must approve these 500 entries.',
  ],
  [
    'is one of 500 that were approved',
    BULK,
    { moves: 'demo@10', facts: { bulk: { entries: 500, answer: 'approved' } } },
    'enrolled',
    'enrolled',
    STAY,
  ],
  [
    'is one of 500 that were refused',
    BULK,
    { moves: 'demo@10', facts: { bulk: { entries: 500, answer: 'refused' } } },
    'not_enrolled',
    'bulk_refused',
    'An admin refused these entries: start the sequence from the deal card.',
  ],
  [
    'was approved, but left meanwhile',
    BULK,
    { moves: 'demo@10 offer@20', event: 'demo@10', facts: { bulk: { entries: 500, answer: 'approved' } } },
    'not_enrolled',
    'stage_moved_on',
    BACK,
  ],

  // Deals that change themselves
  [
    'is deleted',
    {},
    { moves: 'lead@0 demo@10', facts: { deal: null } },
    'not_enrolled',
    'deal_gone',
    'Restore the deal in HubSpot, then move it into the stage again.',
  ],
  [
    'is deleted and restored after it enrolled',
    {},
    { moves: 'lead@0 demo@10', now: 90, contacts: ended },
    'not_enrolled',
    'entry_used',
    AGAIN,
  ],
  [
    'is deleted and restored before it was decided',
    {},
    { moves: 'lead@0 demo@10', now: 90 },
    'enrolled',
    'enrolled',
    STAY,
  ],
  [
    'is merged: the other deal’s sequence counts as its own',
    { reEntry: 'once' },
    {
      moves: 'lead@0 demo@30',
      facts: { dealIds: ['900', '901'] },
      contacts: [{ enrollments: [past(10, 20, { dealId: '901' })] }],
    },
    'not_enrolled',
    'enrolled_before',
    'This mapping enrolls a contact once per deal; to do it again, start the sequence from the deal card.',
  ],
  [
    'is moved by Stagecue itself',
    {},
    { moves: 'lead@0 demo@10', facts: { source: { changeSource: 'INTEGRATION', sourceId: '1160452' } } },
    'not_enrolled',
    'own_write',
    hand('Move the deal to the stage by hand'),
  ],
  [
    'is moved by another app',
    {},
    { moves: 'lead@0 demo@10', facts: { source: { changeSource: 'INTEGRATION', sourceId: '77' } } },
    'enrolled',
    'enrolled',
    STAY,
  ],
  [
    'is imported, by an import with our app’s number',
    {},
    { moves: 'lead@0 demo@10', facts: { source: { changeSource: 'IMPORT', sourceId: '1160452' } } },
    'enrolled',
    'enrolled',
    STAY,
  ],
  ['is found without an event', {}, { moves: 'lead@0 demo@10', facts: { source: null } }, 'enrolled', 'enrolled', STAY],

  // Stages, pipelines, mappings and sequences that change
  [
    'is in a stage that was renamed',
    {},
    { moves: 'lead@0 demo@10', facts: { stages: [{ stageId: 'demo', label: 'Demonstration', order: 1 }] } },
    'enrolled',
    'enrolled',
    'Had the deal left “Demonstration” before it was decided, nobody would have been enrolled.',
  ],
  [
    'was in a stage that is deleted: HubSpot moved it',
    {},
    { moves: 'lead@0 demo@10 lead@12', event: 'demo@10', facts: { stages: STAGES.slice(0, 1) } },
    'not_enrolled',
    'stage_moved_on',
    'Move the deal back to the stage.',
  ],
  [
    'went to another pipeline',
    {},
    { moves: 'lead@0 demo@10', facts: { deal: { pipelineId: 'other', stageId: 'new' }, mapping: undefined } },
    'not_enrolled',
    'stage_moved_on',
    BACK,
  ],
  [
    'is in a stage without a mapping',
    {},
    { moves: 'lead@0 demo@10', facts: { mapping: undefined } },
    'not_enrolled',
    'no_mapping',
    'Map “Demo” to a sequence, then move the deal out of the stage and back.',
  ],
  [
    'is mapped to a sequence that is gone',
    {},
    { moves: 'lead@0 demo@10', facts: { sequences: new Map() } },
    'not_enrolled',
    'sequence_not_active',
    'Activate the sequence, then move the deal out of the stage and back.',
  ],

  // Contacts of the deal
  [
    'has no contact yet',
    {},
    { moves: 'lead@0 demo@10', contacts: [] },
    'parked',
    'no_contact',
    'Add a contact to the deal.',
  ],
  ['got its contact after the event', {}, { moves: 'lead@0 demo@10', now: 200 }, 'enrolled', 'enrolled', STAY],
]

test.each(PATTERNS)('a deal that %s', (_name, ...pattern) => expectDecision(...pattern))
