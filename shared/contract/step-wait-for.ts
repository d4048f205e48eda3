import { type Static, Type } from 'typebox'
import { Condition } from './enrollment-policy.ts'
import { SpanUnit, StepId, StepTarget } from './step-base.ts'

const common = {
  id: StepId,
  kind: Type.Literal('wait_for'),
  /** Counted from the moment the step is reached, like a wait. */
  timeout: Type.Object(
    { amount: Type.Integer({ minimum: 1, maximum: 365 }), unit: SpanUnit },
    { additionalProperties: false },
  ),
  onEvent: StepTarget,
  onTimeout: StepTarget,
}

/**
 * Waits for something the contact does. `reply`: a person answers a mail of this enrollment while it waits, which then goes on
 * instead of stopping. `click`: a link in one of its mails is clicked, also before the step was reached. `meeting`: a meeting
 * with the contact is booked in HubSpot after the enrollment began.
 */
export const WaitForContact = Type.Object(
  { ...common, event: Type.Union([Type.Literal('reply'), Type.Literal('click'), Type.Literal('meeting')]) },
  { additionalProperties: false },
)

/** Waits until a property of the deal or the contact meets a condition. */
export const WaitForProperty = Type.Object(
  { ...common, event: Type.Literal('property'), condition: Condition },
  { additionalProperties: false },
)

/** Waits for an event, but not forever. */
export const WaitForStep = Type.Union([WaitForContact, WaitForProperty])
export type WaitForStep = Static<typeof WaitForStep>
