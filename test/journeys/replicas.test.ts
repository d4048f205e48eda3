import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openDatabase, openPool } from '#db/database.ts'
import { type AppProcess, spawnApp, whenReady } from '#test/support/app-process.ts'
import { CROWD_PORTALS, crowdPortals, setUpPortal } from '#test/support/kill-crowd.ts'
import { lastingPort } from '#test/support/lasting-port.ts'
import { type Stack, startStack } from '#test/support/stack.ts'
import { createDatabase } from '#test/support/with-database.ts'

/** Its sequence is one mail. */
const PORTAL = CROWD_PORTALS[0]?.portalId ?? 0
const CONTACTS = 200
/** Less than the two minutes of a lease: what a stopped worker had in hand must not wait for its end. */
const SOON = { timeout: 90_000, interval: 100 }

interface Worker extends AppProcess {
  readonly url: string
}

let stack: Stack
let first: Worker
let second: Worker
let lastContact = 100

beforeAll(async () => {
  const { adminUrl } = inject('postgres')
  const name = `replicas_${process.pid}`
  await createDatabase(adminUrl, name)
  stack = await startStack({
    databaseUrl: adminUrl.replace(/\/postgres$/, `/${name}`),
    sandbox: { limits: false, portals: crowdPortals },
    env: { ROLE: 'web' },
  })
  await stack.connect(PORTAL)
  await setUpPortal(stack.sandbox, stack.appUrl, PORTAL)
  ;[first, second] = await Promise.all([startWorker(), startWorker()])
})

afterAll(async () => {
  for (const worker of [first, second]) if (worker?.running()) worker.kill('SIGKILL')
  await Promise.all([first?.ended, second?.ended])
  await stack?.stop()
})

async function startWorker(): Promise<Worker> {
  const port = await lastingPort()
  const url = `http://127.0.0.1:${port}`
  const app = spawnApp({ ...stack.env, ROLE: 'worker', PORT: String(port) })
  await whenReady(app, url)
  return { ...app, url }
}

/** One deal enters the mapped stage with this many contacts, so that all their mails are due at the same moment. */
function enrollMany(contacts: number): string[] {
  const { sandbox } = stack
  const addresses: string[] = []
  const contactIds = Array.from({ length: contacts }, () => {
    const id = String(++lastContact)
    const email = `c${id}@p${PORTAL}.example`
    addresses.push(email)
    return sandbox.createContact(PORTAL, { id, email, firstName: 'Chris', lastName: `Number ${id}` })
  })
  const dealId = sandbox.createDeal(PORTAL, { name: 'A large one', stageId: 'lead', contactIds })
  sandbox.moveDeal(PORTAL, dealId, 'demo')
  return addresses
}

/** How many of these addresses the mail server has taken a mail for, and for how many more than one. */
function received(addresses: readonly string[]) {
  const times = new Map<string, number>()
  for (const { envelopeTo } of stack.sandbox.mail.messages()) {
    for (const address of envelopeTo) times.set(address, (times.get(address) ?? 0) + 1)
  }
  const counts = addresses.map((address) => times.get(address) ?? 0)
  return { reached: counts.filter((count) => count > 0).length, twice: counts.filter((count) => count > 1).length }
}

async function statuses(): Promise<string[]> {
  const db = openDatabase(openPool({ url: stack.env.DATABASE_URL ?? '', size: 1, role: null, name: 'stagecue-test' }))
  try {
    const rows = await db.selectFrom('stepRuns').select('status').distinct().orderBy('status').execute()
    return rows.map((row) => row.status)
  } finally {
    await db.destroy()
  }
}

test('the calls of a process that only serves are in the log of calls, few as they are', async () => {
  const paths = async () => {
    const { requests } = await stack.card<{ requests: { path: string }[] }>(PORTAL, 'GET', '/api/requests')
    return requests.map(({ path }) => path)
  }
  // Connecting reads the pipelines.
  const pipelines = expect.stringContaining('/crm/pipelines/')
  await expect.poll(paths, { timeout: 15_000, interval: 500 }).toContainEqual(pipelines)
})

test('two workers send 200 mails that are due at once, each once', async () => {
  const addresses = enrollMany(CONTACTS)
  await expect.poll(() => received(addresses).reached, SOON).toBe(CONTACTS)
  await expect.poll(statuses, SOON).toEqual(['sent'])
  expect(received(addresses)).toEqual({ reached: CONTACTS, twice: 0 })
}, 240_000)

test('a worker asked to stop finishes what is in the air, and the other one does the rest', async () => {
  const { mail } = stack.sandbox
  const calm = mail.faults.add({ stage: 'dot', kind: 'delay', delayMs: 500, accepted: true, times: Infinity })
  const addresses = enrollMany(CONTACTS)
  await expect.poll(() => received(addresses).reached, SOON).toBeGreaterThan(5)
  first.kill('SIGTERM')
  await expect.poll(() => first.output(), SOON).toContain('"stopping"')
  while (first.running()) {
    const ready = await fetch(`${first.url}/readyz`).then(
      (response) => response.ok,
      () => false,
    )
    expect(ready).toBe(false)
    await Promise.race([first.ended, new Promise((resolve) => setImmediate(resolve))])
  }
  // It gives itself 20 seconds; what takes longer ends with 1.
  expect(await first.ended).toBe(0)
  expect(first.output()).toContain('"stopped"')
  calm()
  await expect.poll(() => received(addresses).reached, SOON).toBe(CONTACTS)
  await expect.poll(statuses, SOON).toEqual(['sent'])
  expect(received(addresses)).toEqual({ reached: CONTACTS, twice: 0 })
}, 240_000)

test('a worker asked twice ends at once, and the mail in the air is not sent again', async () => {
  const { mail } = stack.sandbox
  mail.faults.add({ stage: 'dot', kind: 'silence', accepted: true })
  const [address = ''] = enrollMany(1)
  await expect.poll(() => received([address]).reached, SOON).toBe(1)
  second.kill('SIGTERM')
  await expect.poll(() => second.output(), SOON).toContain('"stopping"')
  expect(second.running()).toBe(true)
  second.kill('SIGTERM')
  expect(await second.ended).toBe(1)
  expect(second.output()).not.toContain('"stopped"')

  first = await startWorker()
  const others = enrollMany(20)
  await expect.poll(() => received(others).reached, SOON).toBe(20)
  expect(received([address, ...others])).toEqual({ reached: 21, twice: 0 })
}, 240_000)
