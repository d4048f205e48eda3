import { maskText } from './mask.ts'

/** HubSpot's error body, as far as it came: gateways in between leave out anything (HubSpot docs, error handling). */
export interface Problem {
  readonly category: string
  readonly message: string
  readonly correlationId: string
  readonly policyName: string
  readonly errors: readonly { readonly code: string; readonly context: Readonly<Record<string, readonly string[]>> }[]
}

/** Reads whatever is there; what is missing or of another type becomes ''. */
export function readProblem(body: unknown): Problem {
  const fields = record(body)
  const errors = Array.isArray(fields.errors) ? fields.errors : []
  return {
    category: text(fields.category) || text(fields.errorType),
    message: text(fields.message),
    correlationId: text(fields.correlationId),
    policyName: text(fields.policyName),
    errors: errors.slice(0, 20).map((entry: unknown) => {
      const { code, subCategory, context } = record(entry)
      return { code: text(code) || text(subCategory), context: readContext(context) }
    }),
  }
}

/** True for a 200 whose body says that it failed. */
export function isErrorBody(body: unknown): boolean {
  return record(body).status === 'error'
}

/** For operators: what HubSpot said, without personal data, and the id its support asks for. */
export function describeProblem(status: number, problem: Problem): string {
  const codes = problem.errors.map((error) => error.code).filter(Boolean)
  const parts = [problem.category, ...codes, maskText(problem.message).slice(0, 300)].filter(Boolean)
  const reference = problem.correlationId ? ` (correlationId ${problem.correlationId})` : ''
  return `HubSpot answered ${status}: ${parts.join(', ') || 'nothing we can read'}${reference}`
}

/** Values HubSpot lists under one of these names in the context of any of its errors. */
export function contextValues(problem: Problem, ...names: string[]): string[] {
  const values = problem.errors.flatMap((error) => names.flatMap((name) => error.context[name] ?? []))
  return [...new Set(values)]
}

function readContext(value: unknown): Record<string, string[]> {
  const entries = Object.entries(record(value)).map(([name, list]) => {
    const values: unknown[] = Array.isArray(list) ? list : [list]
    return [name, values.filter((entry) => typeof entry === 'string')] as const
  })
  return Object.fromEntries(entries)
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
