import { createHmac } from 'node:crypto'
import { connect } from 'node:net'

/**
 * The load of the ingest benchmark, in a process of its own: distinct requests, built and signed before the clock starts, and
 * a client that does as little as possible, so that the two servers' cost is what is measured.
 */
export const BENCH_SECRET = 'bench-client-secret'
export const BENCH_URL = 'https://bench.example.com'
export const BENCH_PORTALS = 50
const FIRST_PORTAL = 1
const PATH = '/webhooks/hubspot'
const DEALS = 20_000
const POOL_BYTES = 96 * 1024 * 1024
const [TWO, ZERO, FOUR] = Buffer.from('204')

export type LoadCommand =
  | { kind: 'prepare'; eventsPerPost: number; requests: number }
  | { kind: 'run'; port: number; connections: number; seconds: number }

export interface LoadResult {
  readonly requests: number
  readonly seconds: number
  readonly failed: number
  readonly p50: number
  readonly p99: number
}

let pool: Buffer[] = []
let serial = 0

function prepare(eventsPerPost: number, wanted: number): number {
  pool = []
  let bytes = 0
  while (pool.length < wanted && bytes < POOL_BYTES) {
    const request = signedRequest(eventsPerPost)
    pool.push(request)
    bytes += request.length
  }
  return pool.length
}

function signedRequest(eventsPerPost: number): Buffer {
  const body = `[${Array.from({ length: eventsPerPost }, event).join(',')}]`
  const timestamp = String(Date.now())
  const signature = createHmac('sha256', BENCH_SECRET)
    .update(`POST${BENCH_URL}${PATH}${body}${timestamp}`)
    .digest('base64')
  return Buffer.from(
    `POST ${PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n` +
      `x-hubspot-signature-v3: ${signature}\r\nx-hubspot-request-timestamp: ${timestamp}\r\n\r\n${body}`,
  )
}

function event(): string {
  const n = ++serial
  return JSON.stringify({
    eventId: 3_816_000_000 + n,
    subscriptionId: 25,
    portalId: FIRST_PORTAL + (n % BENCH_PORTALS),
    appId: 1_160_452,
    occurredAt: 1_790_000_000_000 + n,
    subscriptionType: 'object.propertyChange',
    attemptNumber: 0,
    objectId: 1_246_965 + (n % DEALS),
    objectTypeId: '0-3',
    propertyName: 'dealstage',
    propertyValue: 'contractsent',
    changeSource: 'CRM_UI',
    sourceId: 'userId:99',
    isSensitive: false,
  })
}

/** Sends from the start of the pool until the time is over or the pool is used up: no request is ever sent twice. */
async function run(port: number, connections: number, seconds: number): Promise<LoadResult> {
  const latencies: number[] = []
  let next = 0
  let failed = 0
  const start = performance.now()
  const end = start + seconds * 1000

  const drive = (): Promise<void> =>
    new Promise((resolve, reject) => {
      let sentAt = 0
      const send = () => {
        const request = performance.now() < end ? pool[next++] : undefined
        if (!request) {
          socket.end()
          return resolve()
        }
        sentAt = performance.now()
        socket.write(request)
      }
      // An answer of 204 is one small chunk without a body, read into the same bytes each time.
      const buffer = Buffer.alloc(4096)
      const callback = () => {
        if (buffer[9] !== TWO || buffer[10] !== ZERO || buffer[11] !== FOUR) failed++
        else latencies.push(performance.now() - sentAt)
        send()
        return true
      }
      const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread: { buffer, callback } }, send)
      socket.on('error', reject)
    })

  await Promise.all(Array.from({ length: connections }, drive))
  const elapsed = (performance.now() - start) / 1000
  latencies.sort((one, other) => one - other)
  const quantile = (q: number) => latencies[Math.floor(latencies.length * q)] ?? Number.NaN
  return { requests: latencies.length, seconds: elapsed, failed, p50: quantile(0.5), p99: quantile(0.99) }
}

process.on('message', async (command: LoadCommand) => {
  const answer =
    command.kind === 'prepare'
      ? prepare(command.eventsPerPost, command.requests)
      : await run(command.port, command.connections, command.seconds)
  process.send?.(answer)
})
