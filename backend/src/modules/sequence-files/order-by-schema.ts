import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'

/** The parts of a JSON schema that say what belongs where. */
export interface AnySchema {
  readonly type?: string
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, AnySchema>>
  readonly required?: readonly string[] | undefined
  readonly additionalProperties?: unknown
  readonly items?: AnySchema
  readonly anyOf?: readonly AnySchema[]
}

/**
 * The same value with the keys of its objects in the order of their schema, so that a file reads alike whatever order a database
 * gives. Of a union the first member that fits. Keys no schema names stay, behind the others. Pure.
 */
export function orderBySchema(schema: AnySchema, value: unknown): unknown {
  if (schema.anyOf) {
    const member = schema.anyOf.find((one) => Value.Check(one as TSchema, value))
    return member ? orderBySchema(member, value) : value
  }
  if (Array.isArray(value)) {
    const { items } = schema
    return items ? value.map((item) => orderBySchema(items, item)) : value
  }
  if (typeof value !== 'object' || value === null) return value
  const given: Record<string, unknown> = { ...value }
  const known = Object.entries(schema.properties ?? {}).filter(([key]) => given[key] !== undefined)
  const ordered = known.map(([key, part]) => [key, orderBySchema(part, given[key])] as const)
  const rest = Object.entries(given).filter(([key]) => !(key in (schema.properties ?? {})))
  return Object.fromEntries([...ordered, ...rest])
}
