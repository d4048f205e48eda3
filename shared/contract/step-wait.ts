import { type Static, Type } from 'typebox'
import { WallTime } from './schedule.ts'
import { SpanUnit, StepId } from './step-base.ts'

/** A pause before the next step, counted from the moment it is reached. */
export const WaitSpan = Type.Object(
  { id: StepId, kind: Type.Literal('wait'), amount: Type.Integer({ minimum: 0, maximum: 365 }), unit: SpanUnit },
  { additionalProperties: false },
)
export type WaitSpan = Static<typeof WaitSpan>

/** A pause until the clock next shows `time`. */
export const WaitForTime = Type.Object(
  { id: StepId, kind: Type.Literal('wait'), until: Type.Literal('time_of_day'), time: WallTime },
  { additionalProperties: false },
)
export type WaitForTime = Static<typeof WaitForTime>

/** A pause until `days` from a date of the deal (negative: before it), at `time`. */
export const WaitForDealDate = Type.Object(
  {
    id: StepId,
    kind: Type.Literal('wait'),
    until: Type.Literal('deal_date'),
    /** HubSpot's internal name; the one date of the deal that is read. */
    property: Type.Literal('closedate'),
    days: Type.Integer({ minimum: -365, maximum: 365 }),
    time: WallTime,
  },
  { additionalProperties: false },
)
export type WaitForDealDate = Static<typeof WaitForDealDate>

export const WaitStep = Type.Union([WaitSpan, WaitForTime, WaitForDealDate])
export type WaitStep = Static<typeof WaitStep>
