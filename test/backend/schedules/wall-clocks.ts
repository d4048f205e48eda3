import { corpusLines } from '#test/support/corpora.ts'

/** What a clock on the wall shows; built without Temporal, so that it can judge code that uses Temporal. */
export interface WallReading {
  /** The day, as milliseconds from 1970 to its 00:00 as if in UTC. */
  readonly midnight: number
  /** 1 is Monday. */
  readonly weekday: number
  /** Milliseconds since 00:00. */
  readonly time: number
}

export interface WallClock {
  readonly zone: string
  /** Seconds east of UTC at this moment, in milliseconds since 1970. */
  readonly offsetAt: (ms: number) => number
}

/** A change of a zone's offset; offsets in seconds east of UTC. */
export interface Change {
  readonly ms: number
  readonly before: number
  readonly after: number
}

/**
 * Zones whose rules in the runtime's tz database are newer than the corpus' 2025b, and the first year that differs. They
 * are judged by Intl instead.
 */
const NEWER_RULES: Readonly<Record<string, number>> = { 'Europe/Chisinau': 2024, 'Africa/Casablanca': 2027 }

const DAY = 86_400_000

/** The offset changes 2024 to 2030 that `zdump` printed, by zone; without those whose rules have changed since. */
export function zdumpChanges(): ReadonlyMap<string, readonly Change[]> {
  const zones = new Map<string, Change[]>()
  const lines = corpusLines('tz/transitions-2024-2030.tsv')
  // Two lines a change: the last second before it, and the change.
  for (let index = 0; index + 1 < lines.length; index += 2) {
    const before = readLine(lines[index] ?? '')
    const after = readLine(lines[index + 1] ?? '')
    if (before.zone !== after.zone || after.ms - before.ms !== 1000) throw new Error(`Unpaired line ${index + 1}`)
    const year = new Date(after.ms).getUTCFullYear()
    if (year >= (NEWER_RULES[after.zone] ?? Number.POSITIVE_INFINITY)) continue
    const changes = zones.get(after.zone) ?? []
    zones.set(after.zone, [...changes, { ms: after.ms, before: before.offset, after: after.offset }])
  }
  return zones
}

function readLine(line: string): { zone: string; ms: number; offset: number } {
  const [zone = '', utc = ''] = line.split('\t')
  return { zone, ms: Date.parse(`${utc} UTC`), offset: Number(/gmtoff=(-?\d+)/.exec(line)?.[1]) }
}

/** A clock that knows only what `zdump` printed. */
export function zdumpClock(zone: string, changes: readonly Change[]): WallClock {
  return {
    zone,
    offsetAt: (ms) => changes.findLast((change) => change.ms <= ms)?.after ?? changes[0]?.before ?? Number.NaN,
  }
}

/** A clock read from the runtime's date formatting. */
export function intlClock(zone: string): WallClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  })
  return {
    zone,
    offsetAt: (ms) => {
      // 05/20/2026, 09:00:00
      const [month, day, year, hour, minute, second] = format.format(ms).split(/\D+/).map(Number)
      const shown = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second)
      return (shown - Math.floor(ms / 1000) * 1000) / 1000
    },
  }
}

/** What the clock shows at a moment. */
export function read(clock: WallClock, ms: number): WallReading {
  const shown = ms + clock.offsetAt(ms) * 1000
  const day = Math.floor(shown / DAY)
  // 1 January 1970 was a Thursday.
  return { midnight: day * DAY, weekday: ((day + 3) % 7) + 1, time: shown - day * DAY }
}

/** `2026-05-20`. */
export function dateText(midnight: number): string {
  return new Date(midnight).toISOString().slice(0, 10)
}
