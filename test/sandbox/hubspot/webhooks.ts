import type { Sleep } from '#core/clock.ts'
import type { Random } from '#core/ids.ts'
import type { Fact } from './types.ts'
import type { EventMaker, WebhookEvent } from './webhook-events.ts'

export interface Attempt {
  readonly at: number
  readonly attemptNumber: number
  /** The answer's status, 0 when there was none. */
  readonly status: number
  readonly error: string | null
}

/** One POST of 1 to 100 events, with its retries. */
export interface Delivery {
  readonly id: number
  readonly portalIds: readonly number[]
  readonly events: WebhookEvent[]
  readonly attempts: Attempt[]
  state: 'queued' | 'sending' | 'waiting' | 'delivered' | 'given up'
}

/** May be changed while running. */
export interface WebhookBehavior {
  /** How many more times each batch is sent besides the first. */
  duplicate: number
  /** Shuffles what is queued. */
  reorder: boolean
  /** Waits this long before an event is queued, in ms. */
  delayMs: number
  /** 1 to 100. */
  batchSize: number
  /** Puts events of several portals into one batch. */
  mixPortals: boolean
}

export interface Webhooks {
  /** The latest deliveries, oldest first. */
  readonly deliveries: Delivery[]
  readonly counters: { events: number; posts: number; delivered: number; retries: number; givenUp: number }
  readonly behavior: WebhookBehavior
  /** Holds everything back that is not already in flight. */
  pause(): void
  resume(): void
  /** Resolves when nothing is queued, in flight or waiting for a retry; rejects when paused with something queued. */
  settle(): Promise<void>
  /** Sends hand-made events, signed like any other; resolves when they were delivered or given up. */
  deliver(events: readonly Record<string, unknown>[]): Promise<Delivery[]>
  /** Queues the events of facts, for portals where the app is installed. */
  announce(facts: readonly Fact[]): void
  stop(): Promise<void>
}

export interface WebhookParts {
  readonly maker: EventMaker
  readonly now: () => number
  readonly sleep: Sleep
  readonly random: Random
  /** The first retry comes after about this many ms, each later one after about twice the time before. */
  readonly retryBase: number
  readonly maxConcurrent: number
  readonly behavior: WebhookBehavior
  readonly isInstalled: (portalId: number) => boolean
  /** Posts the body; resolves with the status or rejects (no answer within the time limit, no connection). */
  readonly post: (body: string, signal: AbortSignal) => Promise<number>
}

/** HubSpot docs, webhooks: up to 10 retries over about 24 hours. */
const MOST_RETRIES = 10
const KEPT = 20_000

interface Lane {
  readonly queue: WebhookEvent[]
  readonly ready: Delivery[]
  inFlight: number
}

/** Delivers as HubSpot does: batches, a time limit, retries with spread-out pauses, few POSTs at once per portal. */
export function createWebhooks(parts: WebhookParts): Webhooks {
  const lanes = new Map<number, Lane>()
  const waiters = new Map<Delivery, () => void>()
  const stopping = new AbortController()
  const sending = new Set<Promise<void>>()
  let settled: (() => void)[] = []
  let open = 0
  let nextId = 1
  let paused = false
  let scheduled = false

  const hooks: Webhooks = {
    deliveries: [],
    counters: { events: 0, posts: 0, delivered: 0, retries: 0, givenUp: 0 },
    behavior: parts.behavior,
    pause() {
      paused = true
    },
    resume() {
      paused = false
      schedule()
    },
    settle() {
      if (open === 0) return Promise.resolve()
      if (paused) return Promise.reject(new Error('Webhooks are paused with events waiting: call resume() first.'))
      return new Promise((resolve) => settled.push(resolve))
    },
    deliver(events) {
      const completed = events.map((event) => parts.maker.complete(event, parts.now()))
      const batches: WebhookEvent[][] = []
      for (let start = 0; start < completed.length; start += 100) batches.push(completed.slice(start, start + 100))
      return Promise.all(batches.map(deliverNow))
    },
    announce(facts) {
      const wanted = facts.filter((fact) => parts.isInstalled(fact.portalId))
      const events = wanted.length > 0 ? parts.maker.make(wanted) : []
      if (events.length === 0) return
      hooks.counters.events += events.length
      open += events.length
      if (hooks.behavior.delayMs > 0)
        void parts.sleep(hooks.behavior.delayMs, stopping.signal).then(() => enqueue(events))
      else enqueue(events)
    },
    async stop() {
      stopping.abort()
      await Promise.all(sending)
    },
  }

  function laneOf(portalId: number): Lane {
    const key = hooks.behavior.mixPortals ? 0 : portalId
    const existing = lanes.get(key)
    if (existing) return existing
    const lane = { queue: [], ready: [], inFlight: 0 }
    lanes.set(key, lane)
    return lane
  }

  function enqueue(events: readonly WebhookEvent[]) {
    for (const event of events) laneOf(event.portalId).queue.push(event)
    schedule()
  }

  /** Waits for the end of the current turn, so that one change's events travel together. */
  function schedule() {
    if (scheduled) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      for (const lane of lanes.values()) pump(lane)
    })
  }

  function pump(lane: Lane) {
    while (!paused && !stopping.signal.aborted && lane.inFlight < parts.maxConcurrent) {
      const delivery = lane.ready.shift() ?? nextBatch(lane)
      if (!delivery) return
      lane.inFlight++
      const run = attempt(delivery, lane).finally(() => {
        sending.delete(run)
        lane.inFlight--
        schedule()
      })
      sending.add(run)
    }
  }

  function nextBatch(lane: Lane): Delivery | null {
    if (lane.queue.length === 0) return null
    if (hooks.behavior.reorder) shuffle(lane.queue, parts.random)
    const events = lane.queue.splice(0, Math.min(Math.max(hooks.behavior.batchSize, 1), 100))
    open -= events.length
    const delivery = track(events)
    for (let copy = 0; copy < hooks.behavior.duplicate; copy++)
      lane.ready.push(track(events.map((event) => ({ ...event }))))
    return delivery
  }

  function track(events: WebhookEvent[]): Delivery {
    const portalIds = [...new Set(events.map((event) => event.portalId))]
    const delivery: Delivery = { id: nextId++, portalIds, events, attempts: [], state: 'queued' }
    hooks.deliveries.push(delivery)
    if (hooks.deliveries.length > KEPT * 2) hooks.deliveries.splice(0, KEPT)
    open++
    return delivery
  }

  function deliverNow(events: WebhookEvent[]): Promise<Delivery> {
    const delivery = track(events)
    const lane = laneOf(events[0]?.portalId ?? 0)
    lane.ready.push(delivery)
    schedule()
    return new Promise((resolve) => waiters.set(delivery, () => resolve(delivery)))
  }

  async function attempt(delivery: Delivery, lane: Lane) {
    delivery.state = 'sending'
    const attemptNumber = delivery.attempts.length
    for (const event of delivery.events) event.attemptNumber = attemptNumber
    const at = parts.now()
    let status = 0
    let error: string | null = null
    hooks.counters.posts++
    try {
      status = await parts.post(JSON.stringify(delivery.events), stopping.signal)
    } catch (cause) {
      error = cause instanceof Error ? cause.message : String(cause)
    }
    delivery.attempts.push({ at, attemptNumber, status, error })
    if (status >= 200 && status < 300) finish(delivery, 'delivered')
    else if (attemptNumber >= MOST_RETRIES || stopping.signal.aborted) finish(delivery, 'given up')
    else retryLater(delivery, lane, attemptNumber)
  }

  function retryLater(delivery: Delivery, lane: Lane, attemptNumber: number) {
    delivery.state = 'waiting'
    hooks.counters.retries++
    const pause = parts.retryBase * 2 ** attemptNumber * (0.5 + parts.random())
    void parts.sleep(pause, stopping.signal).then(() => {
      if (stopping.signal.aborted) return
      lane.ready.push(delivery)
      schedule()
    })
  }

  function finish(delivery: Delivery, state: 'delivered' | 'given up') {
    delivery.state = state
    if (state === 'delivered') hooks.counters.delivered++
    else hooks.counters.givenUp++
    open--
    waiters.get(delivery)?.()
    waiters.delete(delivery)
    if (open > 0) return
    for (const resolve of settled) resolve()
    settled = []
  }

  return hooks
}

function shuffle(events: WebhookEvent[], random: Random) {
  for (let index = events.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1))
    const [one, two] = [events[index], events[other]]
    if (one && two) [events[index], events[other]] = [two, one]
  }
}
