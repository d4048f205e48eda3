import { sqlState } from '#db/retry-serialization.ts'
import type { Deps } from '#deps'
import { coalesce, type Done } from './coalescer.ts'
import { type IntakePool, type StoredBatch, storeEvents } from './intake-repository.ts'
import { type Delivery, type IncomingEvent, parseDelivery } from './parse-delivery.ts'

export interface IntakeDeps extends Pick<Deps, 'clock' | 'sleep' | 'log' | 'metrics'> {
  /** Connections as the intake role, as many as `limits.inFlight`. */
  readonly intake: IntakePool
  /** Runs a function after what the event loop already has; `setImmediate` in production. */
  readonly soon: (run: () => void) => void
  /** Told which portals have new work, after the commit, so that a worker in this process need not wait for its poll. */
  readonly onStored?: (portalIds: readonly number[]) => void
  readonly limits?: Partial<IntakeLimits>
}

export interface IntakeLimits {
  /** Statements at the same time under light load, and at most; see `CoalescerOptions`. */
  readonly eager: number
  readonly inFlight: number
  readonly slowMs: number
  /** Events in one statement. */
  readonly batchEvents: number
  readonly batchBytes: number
  /** See `CoalescerOptions`; a statement costs by itself what some 12 events cost in it. */
  readonly wholeEvents: number
  /** Events that may wait for a statement; beyond it senders are asked to come back. */
  readonly queueEvents: number
  readonly queueBytes: number
}

/** The pool should have as many connections as statements may be in flight. */
export const INTAKE_LIMITS: IntakeLimits = {
  eager: 1,
  inFlight: 8,
  slowMs: 50,
  batchEvents: 200,
  batchBytes: 8 * 1024 * 1024,
  wholeEvents: 16,
  queueEvents: 20_000,
  queueBytes: 32 * 1024 * 1024,
}

/** The way of events into the ledger, one per process. */
export interface Intake {
  /**
   * `done` hears of the commit, or why there is none: `AppError` overloaded, or what Postgres says when it could not store.
   * Throws `AppError` invalid_input for a body that cannot be read; `done` hears nothing then.
   */
  accept(raw: Buffer, done: Done): void
  /** False while the queue is full. */
  hasRoom(): boolean
}

type Events = readonly IncomingEvent[]

/**
 * Takes verified deliveries: parses, stores together what arrives together, and counts every event exactly once by what became
 * of it. A batch the database refuses is halved until the refused event stands alone, so that it costs nobody else anything.
 */
export function openIntake(deps: IntakeDeps): Intake {
  const limits = { ...INTAKE_LIMITS, ...deps.limits }
  const coalescer = coalesce<Events>({
    flush: (batch) => storeAll(deps, batch.flat()),
    weigh: (events) => ({ events: events.length, bytes: events.reduce((sum, event) => sum + event.payload.length, 0) }),
    batch: { events: limits.batchEvents, bytes: limits.batchBytes },
    wholeEvents: limits.wholeEvents,
    queue: { events: limits.queueEvents, bytes: limits.queueBytes },
    eager: limits.eager,
    inFlight: limits.inFlight,
    slowMs: limits.slowMs,
    sleep: deps.sleep,
    soon: deps.soon,
  })
  return {
    hasRoom: coalescer.hasRoom,
    accept(raw, done) {
      const delivery = parseDelivery(raw)
      const told: Done = (failure) => {
        // Only now: a delivery that is not acknowledged comes again and would be counted twice.
        if (!failure) countUnstorable(deps, delivery)
        done(failure)
      }
      if (delivery.events.length > 0) coalescer.add(delivery.events, told)
      else told()
    },
  }
}

/**
 * Halving finds a refused event in a batch of 200 with some 16 statements. Throws when the database could not be asked, or
 * refused for a reason that is not the data's: whoever sent any of it asks again, and what was stored is then a duplicate.
 */
async function storeAll(deps: IntakeDeps, events: Events): Promise<void> {
  try {
    countStored(deps, events.length, await storeEvents(deps.intake, events, deps.clock()))
  } catch (error) {
    if (!isRefusedData(error)) throw error
    const half = Math.ceil(events.length / 2)
    if (events.length > 1) {
      await storeAll(deps, events.slice(0, half))
      return storeAll(deps, events.slice(half))
    }
    count(deps, 'malformed', 1)
    // Postgres quotes the value in its message, so only the code may be logged.
    deps.log.warn({ index: events[0]?.index, sqlState: sqlState(error) }, 'the database refused an event')
  }
}

function countStored(deps: IntakeDeps, received: number, batch: StoredBatch): void {
  count(deps, 'stored', batch.stored)
  count(deps, 'disconnected', batch.ignored)
  count(deps, 'duplicate', batch.known - batch.stored - batch.ignored)
  count(deps, 'unknown_portal', received - batch.known)
  if (batch.portals.length > 0) deps.onStored?.(batch.portals)
}

function countUnstorable(deps: IntakeDeps, delivery: Delivery): void {
  count(deps, 'unknown_type', delivery.unknownTypes)
  count(deps, 'malformed', delivery.malformed.length)
  if (delivery.malformed.length > 0) deps.log.warn({ indexes: delivery.malformed }, 'malformed events were left out')
}

function count(deps: IntakeDeps, outcome: string, by: number): void {
  if (by > 0) deps.metrics.count('webhook_events_total', { outcome }, by)
}

/** Data exceptions, broken constraints and exceeded limits of a value: asking again with the same event changes nothing. */
function isRefusedData(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlState(error))
}
