import type { Insertable } from 'kysely'
import type { Database } from '#db/database.ts'
import { inPortal } from '#db/in-portal.ts'
import type { HubspotRequestsTable } from '#db/tables.ts'
import { maskBody, maskText } from './mask.ts'

/** One HTTP request to HubSpot, as it was. */
export interface LoggedRequest {
  readonly portalId: number
  readonly at: Temporal.Instant
  readonly method: string
  readonly path: string
  /** null when there was no answer. */
  readonly status: number | null
  readonly durationMs: number
  readonly request: unknown
  readonly response: unknown
  readonly error: string | null
}

/** The log of outgoing calls that the settings page shows. */
export interface RequestLog {
  add(entry: LoggedRequest): void
  /** Writes what is waiting; returns how many lines. The worker calls it now and then, `main.ts` at the end. */
  flush(): Promise<number>
}

type Row = Insertable<HubspotRequestsTable>

/** Lines written at once, and the most that wait while the database is away; more are dropped, oldest first. */
const BATCH = 100
const MOST = 2000

/**
 * Collects lines in memory and writes them in batches, so that a call to HubSpot never waits for its log and never fails
 * because of it. Lines that were not written when the process crashes are lost: this log helps people to see what happened,
 * nothing is decided from it.
 */
export function createRequestLog(deps: { db: Database; ids: () => string; batch?: number }): RequestLog {
  let waiting: Row[] = []
  let writing: Promise<number> | undefined

  async function write(): Promise<number> {
    const rows = waiting
    waiting = []
    let written = 0
    for (const [portalId, ofPortal] of Map.groupBy(rows, (row) => row.portalId)) {
      try {
        await inPortal(deps.db, portalId, (trx) => trx.insertInto('hubspotRequests').values(ofPortal).execute())
        written += ofPortal.length
      } catch {
        waiting = [...ofPortal, ...waiting].slice(-MOST)
      }
    }
    return written
  }

  /** One write at a time; lines that came during one go out with the next. */
  async function flush(): Promise<number> {
    const before = (await writing) ?? 0
    if (waiting.length === 0) return before
    writing = write().finally(() => {
      writing = undefined
    })
    return before + (await writing)
  }

  return {
    add(entry) {
      waiting.push(toRow(deps.ids(), entry))
      if (waiting.length > MOST) waiting.shift()
      if (!writing && waiting.length % (deps.batch ?? BATCH) === 0) void flush()
    },
    flush,
  }
}

function toRow(id: string, entry: LoggedRequest): Row {
  return {
    portalId: entry.portalId,
    id,
    at: entry.at,
    method: entry.method,
    path: maskText(entry.path).slice(0, 500),
    status: entry.status,
    durationMs: entry.durationMs,
    request: maskBody(entry.request),
    response: maskBody(entry.response),
    error: entry.error === null ? null : maskText(entry.error).slice(0, 500),
  }
}
