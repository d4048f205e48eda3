import type { Sleep } from '#core/clock.ts'
import { AppError } from '#core/errors.ts'

/** How much of the limits one item uses. */
export interface Weight {
  readonly events: number
  readonly bytes: number
}

export interface CoalescerOptions<T> {
  /** Handles a batch; what it throws is what every item of the batch gets. */
  readonly flush: (batch: readonly T[]) => Promise<void>
  readonly weigh: (item: T) => Weight
  /** One batch holds at most this, unless a single item exceeds it alone. */
  readonly batch: Weight
  /** So many events are never split over two batches for balance: they cost less than a flush by itself. */
  readonly wholeEvents: number
  /** What may wait; beyond it `add` refuses. */
  readonly queue: Weight
  /** Flushes at the same time that start for anything at all. */
  readonly eager: number
  /**
   * Flushes at the same time at most; beyond `eager` only for at least half a batch, so that batches do not get small, or
   * when the last one has been under way for `slowMs`, so that a slow one does not hold up the rest.
   */
  readonly inFlight: number
  readonly slowMs: number
  readonly sleep: Sleep
  /** Runs a function soon, after the requests that have already arrived; `setImmediate` in production. */
  readonly soon: (run: () => void) => void
}

export interface Coalescer<T> {
  /** `done` hears once the item's batch was handled: nothing, what its flush threw, or at once `AppError('overloaded')`. */
  add(item: T, done: Done): void
  hasRoom(): boolean
}

/**
 * Told what became of an item, once. A call instead of a promise: this runs for every webhook, and the promises on the way from a
 * commit to its answers were a twentieth of this process's time. It must not throw, because others wait behind it.
 */
export type Done = (failure?: { readonly error: unknown }) => void

interface Waiting<T> {
  readonly item: T
  readonly weight: Weight
  readonly done: Done
}

/**
 * Natural batching: whatever queued while earlier flushes were in flight goes together, without a timer, so that a lone item
 * waits for nobody. Batches are capped by events, not by requests: above some hundred rows a statement gets no cheaper per row,
 * only slower for whoever waits for it.
 */
export function coalesce<T>(options: CoalescerOptions<T>): Coalescer<T> {
  const queue: Waiting<T>[] = []
  const waiting = { events: 0, bytes: 0 }
  let running = 0
  let planned = false
  let started = 0
  let slow = false
  /** Events of the latest batch. */
  let taken = 0

  const hasRoom = () => waiting.events < options.queue.events && waiting.bytes < options.queue.bytes

  function mayStart(): boolean {
    if (queue.length === 0 || running >= options.inFlight) return false
    if (running < options.eager || waiting.events >= options.batch.events / 2) return true
    return slow
  }

  function plan(): void {
    if (planned || !mayStart()) return
    planned = true
    options.soon(() => {
      planned = false
      while (mayStart()) void run(takeBatch())
    })
  }

  /**
   * At most half of what waits and what the latest batch held, whose senders are about to send again: all who send make two
   * groups of a size, one being read here while Postgres stores the other. Without it one group soon holds all but a few, and
   * each side waits for the other.
   */
  function takeBatch(): Waiting<T>[] {
    let events = 0
    let bytes = 0
    let count = 0
    const most = Math.min(options.batch.events, Math.max(options.wholeEvents, Math.ceil((waiting.events + taken) / 2)))
    for (const { weight } of queue) {
      events += weight.events
      bytes += weight.bytes
      if (count > 0 && (events > most || bytes > options.batch.bytes)) break
      count++
    }
    const batch = queue.splice(0, count)
    taken = 0
    for (const { weight } of batch) {
      waiting.events -= weight.events
      waiting.bytes -= weight.bytes
      taken += weight.events
    }
    return batch
  }

  /**
   * The next batch is on its way before the senders of this one are answered: answering takes this process as long as Postgres
   * needs for a third of a batch, and it would wait meanwhile.
   */
  async function run(batch: Waiting<T>[]): Promise<void> {
    running++
    const ended = watch()
    const answer = await handle(batch)
    ended()
    running--
    if (!mayStart()) return answer()
    void run(takeBatch())
    options.soon(answer)
    plan()
  }

  /** Returns what tells the senders. */
  async function handle(batch: Waiting<T>[]): Promise<() => void> {
    try {
      await options.flush(batch.map((entry) => entry.item))
      return () => {
        for (const entry of batch) entry.done()
      }
    } catch (error) {
      return () => {
        for (const entry of batch) entry.done({ error })
      }
    }
  }

  /**
   * Lets the queue go on when the flush that starts now is still under way after `slowMs`, unless another has started. The pause
   * is not cut short: an abort per flush costs more than a timer that finds nothing to do.
   */
  function watch(): () => void {
    slow = false
    const mine = ++started
    let isUnderWay = true
    void options.sleep(options.slowMs).then(() => {
      if (!isUnderWay || mine !== started) return
      slow = true
      plan()
    })
    return () => {
      isUnderWay = false
    }
  }

  function add(item: T, done: Done): void {
    if (!hasRoom()) {
      done({ error: overloaded() })
      return
    }
    const weight = options.weigh(item)
    queue.push({ item, weight, done })
    waiting.events += weight.events
    waiting.bytes += weight.bytes
    plan()
  }

  return { add, hasRoom }
}

/** What a sender is told while the queue is full. */
export function overloaded(): AppError {
  return new AppError('overloaded', 'Too many events are waiting. Send the request again in a moment.', {
    retryAfterMs: 2_000,
  })
}
