import { expect, test } from 'vitest'
import { judgeDelivery } from '#modules/inbound/judge-delivery.ts'

const CASES: readonly {
  readonly action?: string
  readonly status?: string
  readonly diagnostic?: string
  readonly verdict: string
  readonly suppress?: boolean
}[] = [
  { status: '5.1.1', verdict: 'hard', suppress: true },
  { status: '5.1.2', verdict: 'hard', suppress: true },
  { status: '5.1.3', verdict: 'hard', suppress: true },
  { status: '5.1.10', verdict: 'hard', suppress: true },
  { status: '5.1.6', verdict: 'hard' },
  { status: '5.2.1', verdict: 'hard' },
  { status: '5.4.4', verdict: 'hard' },
  { status: '5.2.2', verdict: 'soft' },
  { status: '4.2.2', verdict: 'soft' },
  { status: '4.4.7', verdict: 'soft' },
  { status: '5.7.1', diagnostic: 'user unknown', verdict: 'ours' },
  { status: '5.7.515', verdict: 'ours' },
  { status: '4.7.32', verdict: 'ours' },
  { status: '4.7.1', verdict: 'soft' },
  { status: '5.3.4', verdict: 'ours' },
  { status: '5.6.0', verdict: 'ours' },
  { status: '5.0.0', diagnostic: '550 5.1.1 no such user', verdict: 'hard', suppress: true },
  { status: '5.0.0', diagnostic: '550 mailbox is full', verdict: 'soft' },
  { status: '5.0.0', diagnostic: '554 listed at zen.spamhaus.org', verdict: 'ours' },
  { status: '5.0.0', diagnostic: '550 user unknown', verdict: 'hard' },
  { status: '5.0.0', verdict: 'hard' },
  { diagnostic: 'smtp; 550 5.1.1 <a@b.example>: nobody', verdict: 'hard', suppress: true },
  { diagnostic: '552 too much', verdict: 'soft' },
  { diagnostic: '451 try later', verdict: 'soft' },
  { diagnostic: '550 no', verdict: 'hard' },
  { diagnostic: 'host 192.0.2.5.1.1 said something', verdict: 'soft' },
  { verdict: 'soft' },
  { action: 'delayed', status: '5.1.1', verdict: 'delayed' },
  { action: 'delivered', status: '2.0.0', verdict: 'delivered' },
  { action: 'deliverable', status: '2.1.5', verdict: 'delivered' },
  { action: '', status: '2.0.0', diagnostic: 'smtp; 550 5.1.1 no such user', verdict: 'hard', suppress: true },
  { action: 'relayed', verdict: 'delivered' },
  { action: 'expanded', verdict: 'delivered' },
]

test.each(CASES)('$action $status $diagnostic is $verdict', ({ action, status, diagnostic, verdict, suppress }) => {
  const report = judgeDelivery({
    finalRecipient: 'ada@example.com',
    originalRecipient: undefined,
    action: action ?? 'failed',
    status,
    diagnostic,
  })
  expect(report).toMatchObject({ verdict, suppress: suppress ?? false })
  expect(report.why).toMatch(/^[A-Z].*\.$/)
})
