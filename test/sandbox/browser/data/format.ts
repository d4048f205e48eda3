/** "€4,200" or "—" when the amount is unknown. */
export function formatMoney(amount: number | string | null, currency: string | null): string {
  const value = toNumber(amount)
  if (value === undefined) return '—'
  if (!currency) return value.toLocaleString('en-US')
  return value.toLocaleString('en-US', { style: 'currency', currency, maximumFractionDigits: value % 1 === 0 ? 0 : 2 })
}

/** HubSpot sends numbers as text; an empty or broken amount is `undefined`, never 0. */
export function toNumber(amount: number | string | null): number | undefined {
  if (amount === null || amount === '') return undefined
  const value = Number(amount)
  return Number.isFinite(value) ? value : undefined
}

/** "Nov 21, 2026, 9:30 AM" in the reader's own time zone; text that is no time is shown as it came. */
export function formatTime(at: string): string {
  return format(at, { dateStyle: 'medium', timeStyle: 'short' })
}

/** "Sat, Nov 21, 9:30 AM": where the weekday matters and the year does not. */
export function formatMoment(at: string): string {
  return format(at, { weekday: 'short', month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' })
}

export function formatDate(at: string | null): string {
  return at ? format(at, { dateStyle: 'medium' }) : '—'
}

function format(at: string, options: Intl.DateTimeFormatOptions) {
  const date = new Date(/^\d+$/.test(at) ? Number(at) : at)
  return Number.isNaN(date.getTime()) ? at : new Intl.DateTimeFormat('en-US', options).format(date)
}

/** "MO" for "Mara Okafor": what stands in an avatar. */
export function readInitials(name: string): string {
  const words = name.trim().split(/\s+/)
  return `${words[0]?.[0] ?? '?'}${words.length > 1 ? (words.at(-1)?.[0] ?? '') : ''}`.toUpperCase()
}
