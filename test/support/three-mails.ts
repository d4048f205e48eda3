import { systemSleep } from '#core/clock.ts'
import { type Database, openDatabase, openPool } from '#db/database.ts'
import { lookAtWork } from '../../scripts/demo/look-at-work.ts'
import { moveClock } from '../../scripts/demo/move-clock.ts'
import { type AppProcess, whenReady } from './app-process.ts'
import { CROWD_PORTALS, crowdPortals, setUpPortal } from './kill-crowd.ts'
import { createMovedTime, type MovedTime } from './moved-time.ts'
import { type Stack, startStack } from './stack.ts'

/** Its second stage starts a sequence of three mails: at once, five minutes later, half an hour after that. */
export const PORTAL = CROWD_PORTALS[0]?.portalId ?? 0
export const SUBJECTS = ['The first', 'The second', 'The third'] as const

const STEPS = [
  { id: 'one', kind: 'email', subject: SUBJECTS[0], body: 'Hello, this is the first.' },
  { id: 'w1', kind: 'wait', amount: 5, unit: 'minutes' },
  { id: 'two', kind: 'email', subject: SUBJECTS[1], body: 'Hello, this is the second.' },
  { id: 'w2', kind: 'wait', amount: 30, unit: 'minutes' },
  { id: 'three', kind: 'email', subject: SUBJECTS[2], body: 'Hello, this is the third.' },
]

/** The product as processes: Postgres, the app on a clock that the test moves, the stand-in for HubSpot, a mail server. */
export interface ThreeMails {
  readonly stack: Stack
  readonly time: MovedTime
  /** A deal with this many contacts enters the stage; gives their addresses. */
  enroll(contacts: number): string[]
  /** Moves the clock as time would, waiting at each step that is due; throws when the app does not come to rest. */
  passes(duration: Temporal.DurationLike): Promise<void>
  /** Waits until nothing is due or in anybody's hands. */
  rests(): Promise<void>
  /** How often the mail server took each mail of these addresses, by subject in the order of the steps. */
  received(addresses: readonly string[]): number[][]
  /** Message-IDs that the mail server took more than once. */
  takenTwice(): string[]
  query<T>(work: (db: Database) => Promise<T>): Promise<T>
  killApp(): Promise<void>
  startApp(): Promise<void>
  stop(): Promise<void>
}

/** Each lasts half a minute of real time at most. */
const MOST_WALKS = 6

let lastContact = 5_000

export async function startThreeMails(databaseUrl: string): Promise<ThreeMails> {
  const time = createMovedTime()
  const stack = await startStack({
    databaseUrl,
    sandbox: { limits: false, portals: crowdPortals, clock: time.read },
    spawn: (env) => time.spawn(env),
  })
  let app: AppProcess = stack.app
  const { sandbox } = stack
  const query = async <T>(work: (db: Database) => Promise<T>) => {
    const db = openDatabase(openPool({ url: databaseUrl, size: 1, role: null, name: 'stagecue-test' }))
    try {
      return await work(db)
    } finally {
      await db.destroy()
    }
  }
  const walkTo = async (target: Temporal.Instant) => {
    // HubSpot's events arrive first: before them there is no work to see.
    await sandbox.webhooks.settle()
    const arrived = await query(async (db) => {
      const look = () => lookAtWork(db, [PORTAL], time.read())
      const parts = { clock: time.read, sleep: systemSleep, jump: time.jump, look }
      for (let tries = 0; tries < MOST_WALKS; tries++) if (await moveClock(parts, target)) return true
      return false
    })
    if (!arrived) throw new Error(`the app did not come to rest:\n${app.output().slice(-4000)}`)
  }
  await stack.connect(PORTAL)
  await setUp(stack)
  return {
    stack,
    time,
    query,
    enroll(contacts) {
      const numbers = Array.from({ length: contacts }, () => ++lastContact)
      const contactIds = numbers.map((number) =>
        sandbox.createContact(PORTAL, {
          id: String(number),
          email: `c${number}@p${PORTAL}.example`,
          firstName: 'Chris',
          lastName: `Number ${number}`,
        }),
      )
      const dealId = sandbox.createDeal(PORTAL, { name: 'A deal', stageId: 'lead', contactIds })
      sandbox.moveDeal(PORTAL, dealId, 'qualified')
      return numbers.map((number) => `c${number}@p${PORTAL}.example`)
    },
    passes: (duration) => walkTo(time.read().add(Temporal.Duration.from(duration))),
    rests: () => walkTo(time.read()),
    received(addresses) {
      const mails = sandbox.mail.messages()
      return addresses.map((address) =>
        SUBJECTS.map(
          (subject) => mails.filter((mail) => mail.subject === subject && mail.envelopeTo.includes(address)).length,
        ),
      )
    },
    takenTwice() {
      const ids = sandbox.mail.messages().map(({ messageId }) => messageId ?? '')
      return ids.filter((id, index) => ids.indexOf(id) !== index)
    },
    async killApp() {
      app.kill('SIGKILL')
      await app.ended
    },
    async startApp() {
      app = time.spawn(stack.env)
      await whenReady(app, stack.appUrl)
    },
    async stop() {
      if (app.running()) app.kill('SIGTERM')
      await app.ended
      await stack.stop()
    },
  }
}

async function setUp(stack: Stack): Promise<void> {
  await setUpPortal(stack.sandbox, stack.appUrl, PORTAL)
  const definition = { steps: STEPS, stopWhenStageLeft: true }
  const sequence = { name: 'Three mails', definition, idempotencyKey: 'three-sequence' }
  const { id } = await stack.card<{ id: string }>(PORTAL, 'POST', '/api/sequences', sequence)
  const publish = { action: 'publish', idempotencyKey: 'three-publish' }
  await stack.card(PORTAL, 'POST', `/api/sequences/${id}/status`, publish)
  const mapping = { pipelineId: 'default', stageId: 'qualified', sequenceId: id, active: true }
  await stack.card(PORTAL, 'PUT', '/api/mappings', { ...mapping, idempotencyKey: 'three-mapping' })
}
