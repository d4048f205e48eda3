import { type Liquid, UndefinedVariableError } from 'liquidjs'
import { AppError } from '#core/errors.ts'
import { cleanText } from './clean-text.ts'
import { isMergeField, MERGE_FIELDS, type MergeValues } from './merge-fields.ts'

/** The merge fields that have neither a value nor a `default` in the template: the mail must not go out. */
export interface UnfilledMail {
  readonly unfilled: readonly string[]
}

/**
 * Renders until no value is missing, so that a person is told about all missing fields at once. A missing value is filled
 * with a mark that is never shown: the result is dropped.
 */
export function fill(engine: Liquid, source: string, values: MergeValues): { text: string; unfilled: string[] } {
  const scope = scopeOf(values)
  const unfilled: string[] = []
  for (let tries = 0; tries <= MERGE_FIELDS.length; tries++) {
    try {
      return { text: engine.parseAndRenderSync(source, scope), unfilled }
    } catch (error) {
      const name = missingField(error)
      if (name === undefined || unfilled.includes(name)) throw broken(error)
      unfilled.push(name)
      setValue(scope, name, '-')
    }
  }
  throw broken(undefined)
}

function missingField(error: unknown): string | undefined {
  if (!(error instanceof UndefinedVariableError)) return undefined
  const name = /^undefined variable: ([a-z.]+)/.exec(error.message)?.[1]
  return name !== undefined && isMergeField(name) ? name : undefined
}

function broken(cause: unknown): AppError {
  return new AppError('template_invalid', 'This step cannot be filled in. Open the sequence and save it again.', {
    cause,
  })
}

type Scope = Record<string, Record<string, string>>

function scopeOf(values: MergeValues): Scope {
  const scope: Scope = { contact: {}, deal: {}, sender: {}, portal: {} }
  for (const [name, value] of Object.entries(values)) {
    const known = cleanText(value ?? '')
    if (known) setValue(scope, name, known)
  }
  return scope
}

function setValue(scope: Scope, name: string, value: string): void {
  const [object = '', property = ''] = name.split('.')
  const known = scope[object]
  if (known) known[property] = value
}
