import type { AssociationType } from '#hubspot/associations.ts'
import type { Records } from '#modules/decisions/evaluate-condition.ts'
import type { StepCondition } from '#shared/contract/step-conditions.ts'
import type { ReplyKind } from './repository.ts'

/** What the conditions of a step may speak of, for one contact of a deal. */
export interface StepFacts extends Records {
  /** Of the contact on the deal. */
  readonly labels: readonly Pick<AssociationType, 'category' | 'typeId'>[]
  readonly reply: ReplyKind
  readonly clicked: boolean
}

/** A run whose conditions have to be told, by HubSpot's ids of its deal and contact. */
export interface FactsQuestion {
  readonly runId: string
  readonly enrollmentId: string
  readonly dealId: string
  readonly contactId: string
  readonly conditions: readonly StepCondition[]
}

/** `deal_deleted`, `contact_deleted`: HubSpot no longer has the record that a condition speaks of. */
export type FactsAnswer = StepFacts | 'deal_deleted' | 'contact_deleted'
