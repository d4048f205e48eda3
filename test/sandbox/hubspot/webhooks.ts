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

interface Engine {
  readonly parts: WebhookParts
  readonly deliveries: Delivery[]
  readonly counters: Webhooks['counters']
  readonly lanes: Map<number, Lane>
  readonly waiters: Map<Delivery, () => void>
  readonly stopping: AbortController
  readonly sending: Set<Promise<void>>
  settled: (() => void)[]
  /** Events queued and deliveries not finished. */
  open: number
  nextId: number
  paused: boolean
  scheduled: boolean
}

/** Delivers as HubSpot does: batches, a time limit, retries with spread-out pauses, few POSTs at once per portal. */
export function createWebhooks(parts: WebhookParts): Webhooks {
  const engine: Engine = {
    parts,
    deliveries: [],
    counters: { events: 0, posts: 0, delivered: 0, retries: 0, givenUp: 0 },
    lanes: new Map(),
    waiters: new Map(),
    stopping: new AbortController(),
    sending: new Set(),
    settled: [],
    open: 0,
    nextId: 1,
    paused: false,
    scheduled: false,
  }
  return {
    deliveries: engine.deliveries,
    counters: engine.counters,
    behavior: parts.behavior,
    pause() {
      engine.paused = true
    },
    resume() {
      engine.paused = false
      schedule(engine)
    },
    settle() {
      if (engine.open === 0) return Promise.resolve()
      if (engine.paused)
        return Promise.reject(new Error('Webhooks are paused with events waiting: call resume() first.'))
      return new Promise((resolve) => engine.settled.push(resolve))
    },
    deliver(events) {
      const completed = events.map((event) => parts.maker.complete(event, parts.now()))
      const batches: WebhookEvent[][] = []
      for (let start = 0; start < completed.length; start += 100) batches.push(completed.slice(start, start + 100))
      return Promise.all(batches.map((batch) => deliverNow(engine, batch)))
    },
    announce: (facts) => announce(engine, facts),
    async stop() {
      engine.stopping.abort()
      await Promise.all(engine.sending)
    },
  }
}

function announce(engine: Engine, facts: readonly Fact[]) {
  const { parts } = engine
  const wanted = facts.filter((fact) => parts.isInstalled(fact.portalId))
  const events = wanted.length > 0 ? parts.maker.make(wanted) : []
  if (events.length === 0) return
  engine.counters.events += events.length
  engine.open += events.length
  const { delayMs } = parts.behavior
  if (delayMs > 0) void parts.sleep(delayMs, engine.stopping.signal).then(() => enqueue(engine, events))
  else enqueue(engine, events)
}

function laneOf(engine: Engine, portalId: number): Lane {
  const key = engine.parts.behavior.mixPortals ? 0 : portalId
  const existing = engine.lanes.get(key)
  if (existing) return existing
  const lane = { queue: [], ready: [], inFlight: 0 }
  engine.lanes.set(key, lane)
  return lane
}

function enqueue(engine: Engine, events: readonly WebhookEvent[]) {
  for (const event of events) laneOf(engine, event.portalId).queue.push(event)
  schedule(engine)
}

/** Waits for the end of the current turn, so that one change's events travel together. */
function schedule(engine: Engine) {
  if (engine.scheduled) return
  engine.scheduled = true
  setImmediate(() => {
    engine.scheduled = false
    for (const lane of engine.lanes.values()) pump(engine, lane)
  })
}

function pump(engine: Engine, lane: Lane) {
  const { parts, stopping, sending } = engine
  while (!engine.paused && !stopping.signal.aborted && lane.inFlight < parts.maxConcurrent) {
    const delivery = lane.ready.shift() ?? nextBatch(engine, lane)
    if (!delivery) return
    lane.inFlight++
    const run = attempt(engine, delivery, lane).finally(() => {
      sending.delete(run)
      lane.inFlight--
      schedule(engine)
    })
    sending.add(run)
  }
}

function nextBatch(engine: Engine, lane: Lane): Delivery | null {
  const { behavior, random } = engine.parts
  if (lane.queue.length === 0) return null
  if (behavior.reorder) shuffle(lane.queue, random)
  const events = lane.queue.splice(0, Math.min(Math.max(behavior.batchSize, 1), 100))
  engine.open -= events.length
  const delivery = track(engine, events)
  for (let copy = 0; copy < behavior.duplicate; copy++) {
    lane.ready.push(
      track(
        engine,
        events.map((event) => ({ ...event })),
      ),
    )
  }
  return delivery
}

function track(engine: Engine, events: WebhookEvent[]): Delivery {
  const portalIds = [...new Set(events.map((event) => event.portalId))]
  const delivery: Delivery = { id: engine.nextId++, portalIds, events, attempts: [], state: 'queued' }
  engine.deliveries.push(delivery)
  if (engine.deliveries.length > KEPT * 2) engine.deliveries.splice(0, KEPT)
  engine.open++
  return delivery
}

function deliverNow(engine: Engine, events: WebhookEvent[]): Promise<Delivery> {
  const delivery = track(engine, events)
  laneOf(engine, events[0]?.portalId ?? 0).ready.push(delivery)
  schedule(engine)
  return new Promise((resolve) => engine.waiters.set(delivery, () => resolve(delivery)))
}

async function attempt(engine: Engine, delivery: Delivery, lane: Lane) {
  const { parts, stopping, counters } = engine
  delivery.state = 'sending'
  const attemptNumber = delivery.attempts.length
  for (const event of delivery.events) event.attemptNumber = attemptNumber
  const at = parts.now()
  let status = 0
  let error: string | null = null
  counters.posts++
  try {
    status = await parts.post(JSON.stringify(delivery.events), stopping.signal)
  } catch (cause) {
    error = cause instanceof Error ? cause.message : String(cause)
  }
  delivery.attempts.push({ at, attemptNumber, status, error })
  if (status >= 200 && status < 300) finish(engine, delivery, 'delivered')
  else if (attemptNumber >= MOST_RETRIES || stopping.signal.aborted) finish(engine, delivery, 'given up')
  else retryLater(engine, delivery, lane, attemptNumber)
}

function retryLater(engine: Engine, delivery: Delivery, lane: Lane, attemptNumber: number) {
  const { parts, stopping } = engine
  delivery.state = 'waiting'
  engine.counters.retries++
  const pause = parts.retryBase * 2 ** attemptNumber * (0.5 + parts.random())
  void parts.sleep(pause, stopping.signal).then(() => {
    if (stopping.signal.aborted) return
    lane.ready.push(delivery)
    schedule(engine)
  })
}

function finish(engine: Engine, delivery: Delivery, state: 'delivered' | 'given up') {
  delivery.state = state
  if (state === 'delivered') engine.counters.delivered++
  else engine.counters.givenUp++
  engine.open--
  engine.waiters.get(delivery)?.()
  engine.waiters.delete(delivery)
  if (engine.open > 0) return
  for (const resolve of engine.settled) resolve()
  engine.settled = []
}

function shuffle(events: WebhookEvent[], random: Random) {
  for (let index = events.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1))
    const [one, two] = [events[index], events[other]]
    if (one && two) [events[index], events[other]] = [two, one]
  }
}
