/**
 * A call that did not give its data. `message` is a sentence for people that says what to do.
 * `happened` tells a change apart: `no` means our side refused it, so nothing changed; `unknown` means nobody can tell,
 * so the same change must be tried again with the same idempotency key.
 */
export class ApiError extends Error {
  // `declare`: a real class field makes HubSpot's build put a helper outside its function, as a global of the worker.
  declare readonly code: string
  declare readonly happened: 'no' | 'unknown'
  /** What support needs to find the call; null when the call never reached us. */
  declare readonly requestId: string | null
  /** Where in the input, e.g. `definition.steps.2.subject`; null when it is not about one field. */
  declare readonly field: string | null

  constructor(problem: {
    code: string
    message: string
    happened: 'no' | 'unknown'
    requestId?: string | null
    field?: string | null
  }) {
    super(problem.message)
    this.name = 'ApiError'
    this.code = problem.code
    this.happened = problem.happened
    this.requestId = problem.requestId ?? null
    this.field = problem.field ?? null
  }
}
