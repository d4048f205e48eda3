/** How this page writes moments: in the portal's time zone, beside the present moment. */
export interface Formats {
  /** "Tue 24 Nov, 09:30", with the year when it is not this one. */
  moment(iso: string): string
  /** "Tue 24 Nov, 09:30 (in 3 days)". */
  momentAndDistance(iso: string): string
  /** The present day, "2026-11-24". */
  today(): string
}

/** `now` gives milliseconds since 1970. A time zone the worker does not know becomes UTC, and says so. */
export function createFormats({ timeZone, now }: { timeZone: string; now: () => number }): Formats {
  const known = isKnownTimeZone(timeZone)
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: known ? timeZone : 'UTC',
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const read = (milliseconds: number) =>
    Object.fromEntries(parts.formatToParts(milliseconds).map((part) => [part.type, part.value]))

  const moment = (iso: string): string => {
    const at = Date.parse(iso)
    if (Number.isNaN(at)) return iso
    const { weekday, day, month, year, hour, minute } = read(at)
    const yearText = year === read(now()).year ? '' : ` ${year}`
    return `${weekday} ${day} ${month}${yearText}, ${hour}:${minute}${known ? '' : ' UTC'}`
  }
  const momentAndDistance = (iso: string): string => {
    const at = Date.parse(iso)
    return Number.isNaN(at) ? iso : `${moment(iso)} (${distance(at - now())})`
  }
  return { moment, momentAndDistance, today: () => dayOf(now(), known ? timeZone : 'UTC') }
}

function dayOf(milliseconds: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const parts = Object.fromEntries(format.formatToParts(milliseconds).map((part) => [part.type, part.value]))
  return `${parts.year}-${parts.month}-${parts.day}`
}

/** Each from where it is true enough: this evening is not "in 1 day", and tomorrow evening not "in 2 days". */
const UNITS = [
  { name: 'day', milliseconds: 86_400_000, from: 2 * 86_400_000 },
  { name: 'hour', milliseconds: 3_600_000, from: 3_600_000 },
  { name: 'minute', milliseconds: 60_000, from: 60_000 },
] as const

function distance(milliseconds: number): string {
  const size = Math.abs(milliseconds)
  const unit = UNITS.find(({ from }) => size >= from)
  if (unit === undefined) return milliseconds >= 0 ? 'in less than a minute' : 'just now'
  const count = Math.round(size / unit.milliseconds)
  const text = `${count} ${unit.name}${count === 1 ? '' : 's'}`
  return milliseconds >= 0 ? `in ${text}` : `${text} ago`
}

function isKnownTimeZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone }).format(0) !== ''
  } catch {
    return false
  }
}
