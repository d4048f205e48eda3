/** What each code means to HTTP and to the worker. One table, so that nobody decides it twice. */
const ERRORS = {
  invalid_input: { status: 400, retry: false },
  unauthenticated: { status: 401, retry: false },
  forbidden: { status: 403, retry: false },
  not_found: { status: 404, retry: false },
  conflict: { status: 409, retry: false },
  outdated: { status: 409, retry: false },
  installation_revoked: { status: 409, retry: false },
  payload_too_large: { status: 413, retry: false },
  unsupported_media_type: { status: 415, retry: false },
  overloaded: { status: 503, retry: true },
  database_unavailable: { status: 503, retry: true },
  hubspot_rejected: { status: 502, retry: false },
  hubspot_unavailable: { status: 502, retry: true },
  mail_rejected: { status: 502, retry: false },
  mail_unavailable: { status: 502, retry: true },
  template_invalid: { status: 400, retry: false },
  misconfigured: { status: 500, retry: false },
  internal: { status: 500, retry: false },
} as const

export type ErrorCode = keyof typeof ERRORS

/**
 * The one error of the product. `message` is a sentence for the person who sees it and says what to do;
 * details for operators go into `cause`, never into `message`.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  /** How long to wait before asking again, in milliseconds, where the other side said so. */
  readonly retryAfterMs: number | undefined
  /** Where in the request's body the problem is, for forms: e.g. `definition.steps.2.subject`, counted from 0. */
  readonly field: string | undefined

  /** The other side may have done what was asked, although it did not say so. */
  readonly uncertain: boolean

  constructor(
    code: ErrorCode,
    message: string,
    options?: ErrorOptions & { retryAfterMs?: number; field?: string; uncertain?: boolean },
  ) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
    this.retryAfterMs = options?.retryAfterMs
    this.field = options?.field
    this.uncertain = options?.uncertain ?? false
  }

  /** The HTTP status this error is answered with. */
  get status(): number {
    return ERRORS[this.code].status
  }

  /** Whether the same call may succeed later without anybody changing anything. */
  get retry(): boolean {
    return ERRORS[this.code].retry
  }
}

/** True for an `AppError` with this code; narrows for `catch`. */
export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code)
}
