/** A day on which the step could not be due, and the rule that said so. */
export interface PassedDay {
  readonly date: Temporal.PlainDate
  readonly rule: 'not_business_day' | 'holiday' | 'own_day' | 'no_window' | 'outside_window'
  /** The name of a holiday or own day. */
  readonly name?: string
  /** For `outside_window`: what the clock showed. */
  readonly time?: Temporal.PlainTime
}

/** No calendar is searched further than this many days; one that stays closed for so long never opens. */
export const SEARCH_DAYS = 400
