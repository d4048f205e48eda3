import { expect } from 'vitest'
import type { StageChange } from '#hubspot/deals.ts'
import { decideEnrollment } from '#modules/decisions/decide-enrollment.ts'
import type { EnrollmentFacts, MemberFacts, PastEnrollment } from '#modules/decisions/enrollment-facts.ts'
import { findLeftAt } from '#modules/decisions/find-left-at.ts'
import { findStageEntry } from '#modules/decisions/find-stage-entry.ts'
import type { TraceLine } from '#shared/contract/enrollment.ts'
import type { EnrollmentPolicy } from '#shared/contract/enrollment-policy.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'
import type { DecisionReason } from '#shared/vocabulary.ts'

/** Minute 0 of every story. */
export const START = Temporal.Instant.from('2026-11-20T09:00:00Z')
export const at = (minute: number) => START.add({ milliseconds: Math.round(minute * 60_000) })

export const DEMO = '11111111-1111-4111-8111-111111111111'
export const LARGE = '22222222-2222-4222-8222-222222222222'
export const SMALL = '33333333-3333-4333-8333-333333333333'

/** A deal's way through its stages, and what else is unlike an ordinary entry. */
export interface Story {
  /** `lead@0 demo@10`: the stage, and the minute the deal got it. */
  readonly moves: string
  /** The event that is decided, as a move; without it the last move's. */
  readonly event?: string
  /** The minute of the decision; without it half a minute after the event. */
  readonly now?: number
  readonly contacts?: readonly Partial<MemberFacts>[]
  readonly facts?: Partial<EnrollmentFacts>
}

export const STAGES = [
  { stageId: 'lead', label: 'Lead', order: 0, isWon: false },
  { stageId: 'demo', label: 'Demo', order: 1, isWon: false },
  { stageId: 'offer', label: 'Offer', order: 2, isWon: false },
]

/** The facts a story comes to: the pipeline Lead, Demo, Offer, with Demo mapped to a sequence. */
export function tell(story: Story): EnrollmentFacts {
  const moves = story.moves.split(' ').map(readMove)
  const event = story.event ? readMove(story.event) : moves.at(-1)
  const history: StageChange[] = moves.map(({ stageId, minute }) => ({ stageId, at: at(minute) })).reverse()
  const entry = event && findStageEntry(history, { stageId: event.stageId, occurredAt: at(event.minute) })
  return {
    now: at(story.now ?? (event?.minute ?? 0) + 0.5),
    timeZone: 'UTC',
    connectedAt: START.subtract({ hours: 24 }),
    ageFrom: null,
    deal: { pipelineId: 'sales', stageId: history[0]?.stageId ?? null },
    dealProperties: {},
    dealIds: ['900'],
    entry,
    leftAt: entry ? findLeftAt(history, entry) : null,
    source: { changeSource: 'CRM_UI', sourceId: 'userId:99' },
    appId: '1160452',
    stages: STAGES,
    mapping: { sequenceId: DEMO, active: true },
    sequences: new Map([
      [DEMO, { name: 'After the demo', status: 'active', version: 3 }],
      [LARGE, { name: 'Large deals', status: 'active', version: 1 }],
      [SMALL, { name: 'Small deals', status: 'active', version: 2 }],
    ]),
    bulk: { entries: 1, answer: 'none' },
    contacts: (story.contacts ?? [{}]).map(member),
    ...story.facts,
  }
}

function readMove(text: string): { stageId: string; minute: number } {
  const [stageId = '', minute = '0'] = text.split('@')
  return { stageId, minute: Number(minute) }
}

/** An ordinary contact that can be enrolled, with what is unlike it. */
export function member(unlike: Partial<MemberFacts>, index: number): MemberFacts {
  return {
    contactId: String(51 + index),
    exists: true,
    email: 'present',
    suppression: undefined,
    optedOut: false,
    primary: false,
    labels: [],
    properties: {},
    enrollments: [],
    ...unlike,
  }
}

/** A sequence a contact was in, by minutes; without an end it still runs. */
export function past(started: number, ended: number | null, unlike: Partial<PastEnrollment> = {}): PastEnrollment {
  const endedAt = ended === null ? null : at(ended)
  return { dealId: '900', sequenceId: DEMO, entryAt: at(started), endedAt, ...unlike }
}

type Outcome = 'enrolled' | 'parked' | 'awaiting_approval' | 'not_enrolled'
type Expected = [policy: Partial<EnrollmentPolicy>, story: Story, Outcome, DecisionReason, sentence: string]

/** A pattern with its name: what the deal does, what is decided and what would change it. */
export type Pattern = [name: string, ...Expected]

/** The decision is the expected one, and the trace of the contact who decided it agrees. */
export function expectDecision(...[policy, story, outcome, reason, sentence]: Expected): void {
  const decision = decideEnrollment({ ...DEFAULT_POLICY, ...policy }, tell(story))
  expect([decision.outcome, decision.reason, decision.nearestChange]).toEqual([outcome, reason, sentence])
  const deciding = decision.contacts.find((contact) => contact.reason === reason) ?? decision
  expect(failedLines(deciding.trace)).toBe(outcome === 'enrolled' ? 'none' : 'the last')
}

/** Which lines failed, leaving out those of single branches: one that does not apply is no refusal. */
export function failedLines(trace: readonly TraceLine[]): 'none' | 'the last' | 'others' {
  const failed = trace.filter((line) => !line.passed && !line.condition.startsWith('Branch “'))
  if (failed.length === 0) return 'none'
  return failed.length === 1 && failed[0] === trace.at(-1) ? 'the last' : 'others'
}
