import Holidays from 'date-holidays'
import type { HolidayCalendar, HolidayCountries } from '#shared/contract/schedule.ts'

/** Beyond these years the lunar calendars of the library are guesses or empty. */
const FIRST_YEAR = 1990
const LAST_YEAR = 2100

const names = new Holidays()
const countries: ReadonlySet<string> = new Set(Object.keys(names.getCountries()))

/**
 * Names of a calendar's holidays by day (`2026-05-25`), one entry per calendar and year, because reading a year takes
 * milliseconds. The calendars in use are few; the limit is for a process that runs for very long.
 */
const years = new Map<string, ReadonlyMap<string, string>>()
const KEPT_YEARS = 2_000

/**
 * The English name (or the country's own where there is none) of the public holiday on a day, or `undefined`. Days that
 * begin at noon are business days until then and do not count, nor do bank, school and optional days. An unknown country
 * has no holidays, an unknown region those of its country. The only file that knows the library behind it.
 */
export function findHoliday({ country, region }: HolidayCalendar, date: Temporal.PlainDate): string | undefined {
  if (date.year < FIRST_YEAR || date.year > LAST_YEAR) return undefined
  const key = `${country}/${region ?? ''}/${date.year}`
  let days = years.get(key)
  if (!days) {
    days = isKnownCountry(country) ? readYear(country, region, date.year) : new Map()
    if (years.size >= KEPT_YEARS) years.clear()
    years.set(key, days)
  }
  return days.get(date.toString())
}

/** Whether holidays of this country (ISO 3166-1) are known. */
export function isKnownCountry(country: string): boolean {
  return countries.has(country)
}

/** Whether holidays of this region of the country (ISO 3166-2 without the country) are known. */
export function isKnownRegion(country: string, region: string): boolean {
  return Object.hasOwn(names.getStates(country) ?? {}, region)
}

/** The countries whose holidays are known and their regions, by code; names are English, or the country's own. */
export function listHolidayCountries(): HolidayCountries['countries'] {
  return places(names.getCountries('en')).map((country) => ({
    ...country,
    regions: places(names.getStates(country.code, 'en')),
  }))
}

function places(named: Readonly<Record<string, string>> | undefined): { code: string; name: string }[] {
  return Object.entries(named ?? {}).map(([code, name]) => ({ code, name }))
}

function readYear(country: string, region: string | null, year: number): ReadonlyMap<string, string> {
  const options = { languages: ['en'], types: ['public' as const] }
  const known = region !== null && isKnownRegion(country, region)
  const holidays = known ? new Holidays(country, region, options) : new Holidays(country, options)
  const days = new Map<string, string>()
  // A feast of several days may begin in the year before.
  for (const holiday of [...holidays.getHolidays(year - 1), ...holidays.getHolidays(year)]) {
    if (!holiday.date.startsWith('00:00', 11)) continue
    const first = Temporal.PlainDate.from(holiday.date.slice(0, 10))
    // A day with a clock change has 23 or 25 hours, and a feast may end at sunset.
    const length = Math.max(1, Math.round((holiday.end.getTime() - holiday.start.getTime()) / 86_400_000))
    for (let offset = 0; offset < length; offset++) {
      const day = first.add({ days: offset })
      if (day.year === year && !days.has(day.toString())) days.set(day.toString(), holiday.name)
    }
  }
  return days
}
