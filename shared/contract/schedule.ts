import { type Static, Type } from 'typebox'

/** 1 is Monday, 7 is Sunday (ISO 8601). */
export const Weekday = Type.Integer({ minimum: 1, maximum: 7 })

/** A time on the wall clock, `HH:MM`, 24 hours. */
export const WallTime = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' })

/** As `WallTime`, and `24:00` for the end of the day. */
const WindowEnd = Type.String({ pattern: '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$' })

/** Mails may go on this weekday from `from` until just before `until`. Several a day are fine; none crosses midnight. */
export const SendWindow = Type.Object(
  { weekday: Weekday, from: WallTime, until: WindowEnd },
  { additionalProperties: false },
)
export type SendWindow = Static<typeof SendWindow>

/** A day of the portal's own on which nothing goes out; `everyYear` repeats month and day. */
export const OwnDay = Type.Object(
  {
    date: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }),
    name: Type.String({ minLength: 1, maxLength: 80 }),
    everyYear: Type.Boolean(),
  },
  { additionalProperties: false },
)
export type OwnDay = Static<typeof OwnDay>

/** The public holidays of a country (ISO 3166-1, `DE`) and perhaps one of its regions (ISO 3166-2 without the country, `BY`). */
export const HolidayCalendar = Type.Object(
  {
    country: Type.String({ pattern: '^[A-Z]{2}$' }),
    region: Type.Union([Type.String({ minLength: 1, maxLength: 20 }), Type.Null()]),
  },
  { additionalProperties: false },
)
export type HolidayCalendar = Static<typeof HolidayCalendar>

const HolidayPlace = { code: Type.String(), name: Type.String() }

/** The countries whose public holidays are known, with their regions. */
export const HolidayCountries = Type.Object({
  countries: Type.Array(Type.Object({ ...HolidayPlace, regions: Type.Array(Type.Object(HolidayPlace)) })),
})
export type HolidayCountries = Static<typeof HolidayCountries>

/** When a sequence may send. */
export const ScheduleCalendar = Type.Object(
  {
    /** One zone for everybody; null: each contact's own, then the owner's, then the portal's. */
    timeZone: Type.Union([Type.String({ minLength: 1, maxLength: 64 }), Type.Null()]),
    /** Null: at any time. */
    windows: Type.Union([Type.Array(SendWindow, { maxItems: 70 }), Type.Null()]),
    /** What a wait of business days counts. Whether mails go out on a weekday is said by the windows. */
    businessDays: Type.Array(Weekday, { maxItems: 7, uniqueItems: true }),
    holidays: Type.Union([HolidayCalendar, Type.Null()]),
    ownDays: Type.Array(OwnDay, { maxItems: 200 }),
  },
  { additionalProperties: false },
)
export type ScheduleCalendar = Static<typeof ScheduleCalendar>

/** When a step asks to be due, counted from the moment it is reached. */
export const StepTiming = Type.Union([
  Type.Object({ kind: Type.Literal('at_once') }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal('wait'),
      amount: Type.Integer({ minimum: 0, maximum: 365 }),
      /** Minutes and hours are exact time; days and business days keep the time on the wall clock. */
      unit: Type.Union([
        Type.Literal('minutes'),
        Type.Literal('hours'),
        Type.Literal('days'),
        Type.Literal('business_days'),
      ]),
    },
    { additionalProperties: false },
  ),
  /** The next time the clock shows `time`. */
  Type.Object({ kind: Type.Literal('time_of_day'), time: WallTime }, { additionalProperties: false }),
  /** `days` from a date of the deal (negative: before it), at `time`. */
  Type.Object(
    {
      kind: Type.Literal('deal_date'),
      /** HubSpot's internal name of the property, e.g. `closedate`. */
      property: Type.String({ pattern: '^[a-z0-9_]{1,100}$' }),
      days: Type.Integer({ minimum: -365, maximum: 365 }),
      time: WallTime,
    },
    { additionalProperties: false },
  ),
])
export type StepTiming = Static<typeof StepTiming>

/** The rules that can decide a moment. */
export const ScheduleRule = Type.Union([
  Type.Literal('at_once'),
  Type.Literal('wait_minutes'),
  Type.Literal('wait_hours'),
  Type.Literal('wait_days'),
  Type.Literal('wait_business_days'),
  /** What was left of a wait when it was paused. */
  Type.Literal('wait_remaining'),
  Type.Literal('time_of_day'),
  Type.Literal('deal_date'),
  /** What was asked for lies in the past, so the step is due now. */
  Type.Literal('deal_date_passed'),
  /** The clock went forward over the time; the first existing moment after it counts. */
  Type.Literal('clock_skipped'),
  /** The clock went back and shows the time twice; the first counts. */
  Type.Literal('clock_repeated'),
  Type.Literal('not_business_day'),
  Type.Literal('holiday'),
  Type.Literal('own_day'),
  Type.Literal('no_window'),
  Type.Literal('outside_window'),
])
export type ScheduleRule = Static<typeof ScheduleRule>

/** One rule that decided, with its sentence. */
export const AppliedRule = Type.Object({ rule: ScheduleRule, sentence: Type.String() })
export type AppliedRule = Static<typeof AppliedRule>
