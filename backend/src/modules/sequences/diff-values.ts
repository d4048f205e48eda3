import { diffText } from './diff-text.ts'

/** A value that is written out in a line; longer ones are only said to have changed. */
const LONGEST = 120

/** One field that differs. */
export interface FieldChange {
  /** "calendar.timeZone"; empty for the value itself. */
  readonly path: string
  readonly details: readonly string[]
}

/**
 * The fields in which two values differ, whatever their schema: objects field by field, lists whose entries have ids or names
 * entry by entry, other lists and everything else as a whole, a text of several lines by its lines. `unset`: what is shown for a
 * field that is missing, by its path. A field that is missing and one that is undefined are the same. Pure.
 */
export function diffValues(
  before: unknown,
  after: unknown,
  unset: Readonly<Record<string, string>> = {},
  path = '',
): FieldChange[] {
  if (sameValue(before, after)) return []
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) => diffValues(before[key], after[key], unset, path ? `${path}.${key}` : key))
  }
  const lists = byName(before, after)
  if (lists) {
    const names = [...new Set([...lists.before.keys(), ...lists.after.keys()])]
    const changes = names.flatMap((name) =>
      diffValues(lists.before.get(name), lists.after.get(name), unset, `${path}.“${name}”`),
    )
    return changes.length > 0 ? changes : [{ path, details: ['in another order'] }]
  }
  if (typeof before === 'string' && typeof after === 'string' && `${before}${after}`.includes('\n')) {
    return [{ path, details: diffText(before, after) }]
  }
  const [one, other] = [before, after].map((value) =>
    value === undefined ? (unset[path] ?? 'none') : show(value),
  ) as [string, string]
  const short = one.length + other.length <= LONGEST
  return [{ path, details: short ? [`${one} → ${other}`] : [`− ${cut(one)}`, `+ ${cut(other)}`] }]
}

/** Two lists of entries that are told apart by their ids or names; undefined for others. */
function byName(before: unknown, after: unknown) {
  if (!Array.isArray(before) || !Array.isArray(after)) return undefined
  const [one, other] = [entriesOf(before), entriesOf(after)]
  return one && other ? { before: one, after: other } : undefined
}

function entriesOf(list: readonly unknown[]): Map<string, unknown> | undefined {
  const names = list.map((entry) => (isRecord(entry) ? (entry.id ?? entry.name) : undefined))
  const entries = new Map(names.flatMap((name, index) => (typeof name === 'string' ? [[name, list[index]]] : [])))
  return entries.size === list.length ? entries : undefined
}

/** Equal as JSON, in whatever order the keys of objects come. */
export function sameValue(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other)
}

function canonical(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, part: unknown) =>
    isRecord(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  )
}

function show(value: unknown): string {
  if (value === undefined || value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return `“${value}”`
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(show).join(', ')
  if (!isRecord(value)) return String(value)
  return Object.entries(value)
    .map(([key, part]) => `${key} ${show(part)}`)
    .join(' ')
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
