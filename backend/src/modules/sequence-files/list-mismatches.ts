import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import type { AnySchema } from './order-by-schema.ts'

export interface Mismatch {
  /** Keys and places from the top. */
  readonly path: readonly (string | number)[]
  /** The key itself is wrong, not its value. */
  readonly atKey?: true
  /** Goes behind "Line 3: ". */
  readonly sentence: string
}

/**
 * What keeps a value from fitting a schema, as sentences with their places; empty when it fits. Knows nothing of sequences: of a
 * union it explains the member whose fixed values fit best, so a step is judged by its kind, whichever kinds there are. Pure.
 */
export function listMismatches(schema: AnySchema, value: unknown, path: Mismatch['path'] = []): Mismatch[] {
  if (Value.Check(schema as TSchema, value)) return []
  if (schema.anyOf) return ofUnion(schema.anyOf, value, path)
  if (schema.const !== undefined) return [{ path, sentence: `${nameOf(path)} must be ${show(schema.const)}.` }]
  if (schema.type === 'object') return ofObject(schema, value, path)
  if (schema.type === 'array') return ofArray(schema, value, path)
  const [error] = Value.Errors(schema as TSchema, value)
  return [{ path, sentence: `${nameOf(path)} ${error ? words(error.message) : 'is not valid'}.` }]
}

function ofUnion(members: readonly AnySchema[], value: unknown, path: Mismatch['path']): Mismatch[] {
  const fixed = members.flatMap((member) => (member.const === undefined ? [] : [member.const]))
  if (fixed.length === members.length) {
    return [{ path, sentence: `${nameOf(path)} must be one of ${fixed.map(show).join(', ')}.` }]
  }
  if (!isRecord(value)) {
    const others = members.filter(({ type }) => type !== 'null')
    const [only] = others
    if (only && others.length === 1) return listMismatches(only, value, path)
    return [{ path, sentence: `${nameOf(path)} is not one of the things that may stand here.` }]
  }
  const objects = members
    .flatMap((member) => (member.anyOf ? member.anyOf : [member]))
    .filter(({ properties }) => properties)
  const wrong = fixedFields(objects, value)
  if (wrong) return [{ path: [...path, wrong.key], sentence: wrong.sentence }]
  const explained = objects
    .map((member) => ({ score: scoreOf(member, value), found: listMismatches(member, value, path) }))
    .sort((one, other) => other.score - one.score || one.found.length - other.found.length)
  return explained[0]?.found ?? [{ path, sentence: `${nameOf(path)} is not valid.` }]
}

/** The field by which the members are told apart, when no member has its value: the `kind` of a step. */
function fixedFields(members: readonly AnySchema[], value: Record<string, unknown>) {
  for (const key of Object.keys(members[0]?.properties ?? {})) {
    const fixed = members.map((member) => fixedValues(member.properties?.[key]))
    const allowed = fixed.flat()
    if (fixed.some((values) => values.length === 0) || allowed.includes(value[key])) continue
    const list = [...new Set(allowed)].map(show).join(', ')
    return { key, sentence: key in value ? `“${key}” must be one of ${list}.` : `“${key}” is missing: one of ${list}.` }
  }
  return undefined
}

/** The only values that may stand there; empty where others may, too. */
function fixedValues(schema: AnySchema | undefined): readonly unknown[] {
  if (schema?.const !== undefined) return [schema.const]
  const members = schema?.anyOf ?? []
  return members.every((member) => member.const !== undefined) ? members.map((member) => member.const) : []
}

/** How many of the fixed values it has, less those it has otherwise. */
function scoreOf({ properties = {} }: AnySchema, value: Record<string, unknown>): number {
  return Object.entries(properties).reduce((score, [key, part]) => {
    const fixed = fixedValues(part)
    if (fixed.includes(value[key])) return score + 1
    return fixed.length === 1 ? score - 1 : score
  }, 0)
}

function ofObject(schema: AnySchema, value: unknown, path: Mismatch['path']): Mismatch[] {
  if (!isRecord(value))
    return [{ path, sentence: `${nameOf(path)} must have fields of its own, each on a line “name: value”.` }]
  const { properties = {}, required = [] } = schema
  const missing = required
    .filter((key) => !Object.hasOwn(value, key))
    .map((key): Mismatch => ({ path, sentence: `“${key}” is missing${path.length ? ` in ${nameOf(path)}` : ''}.` }))
  const unknown = Object.keys(value)
    .filter((key) => !Object.hasOwn(properties, key))
    .map((key): Mismatch => {
      const known = Object.keys(properties).join(', ')
      return { path: [...path, key], atKey: true, sentence: `“${key}” is not known here. Known are ${known}.` }
    })
  const inside = Object.entries(properties)
    .filter(([key]) => Object.hasOwn(value, key))
    .flatMap(([key, part]) => listMismatches(part, value[key], [...path, key]))
  return [...unknown, ...missing, ...inside]
}

function ofArray(schema: AnySchema, value: unknown, path: Mismatch['path']): Mismatch[] {
  if (!Array.isArray(value)) return [{ path, sentence: `${nameOf(path)} must be a list, each entry on a line “- …”.` }]
  const { items } = schema
  const inside = items ? value.flatMap((item, index) => listMismatches(items, item, [...path, index])) : []
  if (inside.length > 0) return inside
  const [error] = Value.Errors(schema as TSchema, value)
  return [{ path, sentence: `${nameOf(path)} ${error ? words(error.message) : 'is not valid'}.` }]
}

/** "“subject” of entry 2 of “steps”". */
function nameOf(path: Mismatch['path']): string {
  const parts = path.map((part) => (typeof part === 'number' ? `entry ${part + 1}` : `“${part}”`)).toReversed()
  return parts.length > 0 ? parts.join(' of ') : 'The file'
}

function show(value: unknown): string {
  return typeof value === 'string'
    ? `“${value}”`
    : value === true
      ? 'yes (true)'
      : value === false
        ? 'no (false)'
        : String(value)
}

/** The validator's words, "must be <= 365", as they stand: they are short and plain. */
function words(message: string): string {
  return message.replace('must NOT', 'must not').replace(/"/g, '“')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
