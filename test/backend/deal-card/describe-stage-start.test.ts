import { expect, test } from 'vitest'
import { describeStageStart } from '#modules/deal-card/describe-stage-start.ts'
import type { MappedStage } from '#modules/deal-card/stage-repository.ts'
import type { Branch } from '#shared/contract/enrollment-policy.ts'

const when: Branch['when'] = { match: 'all', items: [{ subject: 'deal', property: 'amount', operator: 'is_known' }] }
const to = (sequenceId: string | null): Branch => ({ name: 'Large', when, sequenceId })
const own = { id: 'own', name: 'Follow up', status: 'active', isOwn: true } as const
const large = { id: 'large', name: 'Large deals', status: 'active', isOwn: false } as const
const plain: MappedStage['policy'] = { branches: [], otherwise: 'mapped_sequence', dwellMinutes: 0 }
const paused = { status: 'paused' } as const

test.each<[MappedStage, string]>([
  [{ policy: plain, sequences: [own] }, 'Entering this stage starts “Follow up”.'],
  [
    { policy: { ...plain, dwellMinutes: 90 }, sequences: [own] },
    'Staying in this stage for 1 hour 30 minutes starts “Follow up”.',
  ],
  [
    { policy: plain, sequences: [{ ...own, ...paused }] },
    '“Follow up” is mapped to this stage but not active, so entering it starts nothing.',
  ],
  [
    { policy: { ...plain, branches: [to('large'), to(null)] }, sequences: [own, large] },
    'Entering this stage may start “Follow up” or “Large deals”, by the rules of its mapping.',
  ],
  [
    { policy: { ...plain, branches: [to('large')], otherwise: 'nobody' }, sequences: [own, large] },
    'Entering this stage may start “Large deals”, by the rules of its mapping.',
  ],
  [
    { policy: { ...plain, branches: [to('large')] }, sequences: [{ ...own, ...paused }, large] },
    'Entering this stage may start “Large deals”, by the rules of its mapping.',
  ],
  [
    { policy: { ...plain, branches: [to(null)], otherwise: 'nobody' }, sequences: [own] },
    'The rules of its mapping lead to no active sequence, so entering this stage starts nothing.',
  ],
])('what a mapped stage starts is said as its rules have it: %#', (mapped, sentence) => {
  expect(describeStageStart(mapped)).toBe(sentence)
})
