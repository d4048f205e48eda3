import { randomUUID } from 'node:crypto'

export interface ErrorExtras {
  readonly subCategory?: string
  readonly errors?: readonly unknown[]
  readonly context?: Record<string, string[]>
  /** Keys beside HubSpot's usual ones (`policyName`, `error`, …); they win over the usual ones. */
  readonly more?: Record<string, unknown>
}

/** An answer that is an error in HubSpot's documented shape. */
export class ApiError extends Error {
  readonly statusCode: number
  readonly body: Record<string, unknown>

  constructor(statusCode: number, category: string, message: string, extras: ErrorExtras = {}) {
    super(message)
    this.statusCode = statusCode
    this.body = errorBody(category, message, extras)
  }
}

/** `{status, category, message, correlationId}` and whatever else applies (HubSpot docs, error handling). */
export function errorBody(category: string, message: string, extras: ErrorExtras = {}): Record<string, unknown> {
  const { more, ...rest } = extras
  return { status: 'error', message, correlationId: randomUUID(), category, ...rest, ...more }
}

export const invalid = (message: string, extras?: ErrorExtras) => new ApiError(400, 'VALIDATION_ERROR', message, extras)

export const notFound = (message: string) => new ApiError(404, 'OBJECT_NOT_FOUND', message)

export const conflict = (message: string, extras?: ErrorExtras) => new ApiError(409, 'CONFLICT', message, extras)
