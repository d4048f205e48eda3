import fc from 'fast-check'
import { Value } from 'typebox/value'
import { Scenario } from '#shared/contract/scenario.ts'
import { SequenceDefinition } from '#shared/contract/sequence.ts'

interface AnySchema {
  readonly type?: string
  readonly const?: unknown
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly properties?: Readonly<Record<string, AnySchema>>
  readonly required?: readonly string[] | undefined
  readonly items?: AnySchema
  readonly anyOf?: readonly AnySchema[]
}

/** Texts that YAML could misread: indentation, markers, numbers, ends of lines, other scripts, lines that are only spaces. */
const line = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '  x',
    'x  ',
    '- a',
    '# no',
    ': ',
    'a: b',
    '---',
    '...',
    '{{ x }}',
    '*a',
    '&a',
    '!t',
    '| >',
    '%',
    '@',
    '`',
  ),
  fc.constantFrom(
    '\t',
    'a\tb',
    '"',
    "'",
    "it's",
    '\\',
    '\\n',
    'null',
    '~',
    'yes',
    '1',
    '0x1',
    '1e3',
    '10:00',
    'ü',
    '日本',
    '🙂',
    '\u00a0',
  ),
  fc.constantFrom(
    '\r',
    'a\rb',
    '\u2028',
    '\u0085',
    '\u0001',
    '\u007f',
    '\ufeff',
    '<<',
    '? a',
    '[1]',
    '=',
    ',',
    '- - -',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
)
const text = fc.array(line, { maxLength: 8 }).map((lines) => lines.join('\n'))

/** A value for every schema of the contract: what is added to it is made here too. */
function valueFor(schema: AnySchema): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valueFor))
  if (schema.const !== undefined) return fc.constant(schema.const)
  switch (schema.type) {
    case 'null':
      return fc.constant(null)
    case 'boolean':
      return fc.boolean()
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000 })
    case 'string':
      return stringOf(schema)
    case 'array':
      return listOf(schema)
    default:
      return fc.record(
        Object.fromEntries(Object.entries(schema.properties ?? {}).map(([key, part]) => [key, valueFor(part)])),
        { requiredKeys: [...(schema.required ?? [])] },
      )
  }
}

function stringOf({ pattern, minLength = 0, maxLength = 200 }: AnySchema): fc.Arbitrary<string> {
  if (pattern)
    return fc.stringMatching(new RegExp(pattern)).filter((one) => one.length >= minLength && one.length <= maxLength)
  return text
    .map((one) => [...one].slice(0, maxLength).join(''))
    .filter((one) => one.length >= minLength && one.length <= maxLength)
}

function listOf({ items = {}, minItems = 0, maxItems = 6, uniqueItems }: AnySchema): fc.Arbitrary<unknown[]> {
  const lengths = { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, 6)) }
  return uniqueItems ? fc.uniqueArray(valueFor(items), lengths) : fc.array(valueFor(items), lengths)
}

function canBeKept(value: unknown): boolean {
  const json = JSON.stringify(value)
  return json.isWellFormed() && !json.includes('\\u0000')
}

/** Any definition that the contract allows and that the database can keep. */
export const definitions: fc.Arbitrary<SequenceDefinition> = valueFor(SequenceDefinition as AnySchema)
  .filter((one): one is SequenceDefinition => Value.Check(SequenceDefinition, one))
  .filter(canBeKept)

/** Any scenario of the contract, under the same rule. */
export const scenarios: fc.Arbitrary<Scenario[]> = fc.array(
  valueFor(Scenario as AnySchema)
    .filter((one): one is Scenario => Value.Check(Scenario, one))
    .filter(canBeKept),
  { maxLength: 4 },
)

/** Of those the ones that a draft may be: every step has an id of its own. */
export const draftable: fc.Arbitrary<SequenceDefinition> = definitions.map((one) => {
  const seen = new Set<string>()
  return { ...one, steps: one.steps.filter(({ id }) => !seen.has(id) && seen.add(id)) }
})
