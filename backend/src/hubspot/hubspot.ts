import type { CallFamily } from './family.ts'

/** A call to HubSpot's API on behalf of a portal. */
export interface HubSpotCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path and query, e.g. `/crm/objects/2026-09/deals/batch/read`. */
  readonly path: string
  readonly body?: unknown
  /** Which budget it draws on. */
  readonly family: CallFamily
  /** A POST that changes nothing (batch reads, search) or is idempotent by id may be tried again like a GET. */
  readonly repeatable: boolean
  /** Statuses besides 2xx that are an answer, not an error (207 is 2xx; 409 for a timeline event that is there already). */
  readonly accept?: readonly number[]
  /**
   * What it may spend on waiting in all, in milliseconds, where a person waits for it (`forPerson`): waiting for a place, between
   * tries and for HubSpot. Left out: as long as work in the background may.
   */
  readonly patienceMs?: number
}

export interface HubSpotAnswer {
  readonly status: number
  readonly body: unknown
}

/**
 * HubSpot, for one portal at a time. Throws `AppError`: `hubspot_unavailable` (429, 5xx, timeout, network; may carry
 * `retryAfterMs`, and is `uncertain` when a call that may not be repeated may have had its effect), `hubspot_rejected` (our
 * fault), `not_found` (404), `installation_revoked` (token refused for good, the portal is then inactive).
 */
export interface HubSpot {
  call(portalId: number, call: HubSpotCall): Promise<HubSpotAnswer>
  close(): Promise<void>
}
