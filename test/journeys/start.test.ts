import { chmod, mkdtemp, rm } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { systemSecrets } from '#core/ids.ts'
import { silentLog } from '#core/log.ts'
import { findServer } from '#db/embedded/find-server.ts'
import { isAlive } from '#db/embedded/is-alive.ts'
import { startEmbedded } from '#db/embedded/start.ts'
import { migrations } from '#db/migrations/index.ts'
import { type AppProcess, spawnApp, whenReady } from '#test/support/app-process.ts'
import { freePort } from '#test/support/free-port.ts'
import { SmtpServer } from '#test/support/smtp-server.ts'
import { startStack } from '#test/support/stack.ts'
import { insertPortal, newDatabase, postStageChange, run, type StartEnv, startEnv } from '#test/support/start-env.ts'
import { startTcpProxy } from '#test/support/tcp-proxy.ts'
import { dropDatabase } from '#test/support/with-database.ts'

const { adminUrl, template } = inject('postgres')
const WAIT = { timeout: 60_000, interval: 100 }
const NORTHWIND = 48211607
const PORTAL = 7001

const apps: AppProcess[] = []
const databases: string[] = []
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'stagecue-start-'))
  // When root runs the tests, Postgres runs as another user and has to enter.
  await chmod(folder, 0o755)
})
afterEach(async (context) => {
  if (context.task.result?.state === 'fail') for (const app of apps) process.stderr.write(app.output().slice(-5_000))
  for (const app of apps.splice(0)) {
    if (app.running()) app.kill('SIGKILL')
    await app.ended
  }
  for (const name of databases.splice(0)) await dropDatabase(adminUrl, name)
})
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

function start(env: Record<string, string>): AppProcess {
  const app = spawnApp(env)
  apps.push(app)
  return app
}

async function database(): Promise<string> {
  const { name, url } = await newDatabase(adminUrl, template)
  databases.push(name)
  return url
}

async function ready(env: StartEnv): Promise<AppProcess> {
  const app = start(env)
  await whenReady(app, env.PUBLIC_URL)
  return app
}

/** Lanes that the worker took and put off, as the portal has no tokens. */
async function postponed(url: string): Promise<string[]> {
  const text = `select key from lanes where kind = 'events' and not_before is not null order by key`
  return (await run<{ key: string }>(url, text)).map((lane) => lane.key)
}

/** What it said before it gave up. */
async function refusal(env: Record<string, string>): Promise<string> {
  const app = start(env)
  expect(await app.ended).toBe(1)
  expect(app.output()).not.toMatch(/\n\s+at /)
  return app.output()
}

test('without settings it says all that is missing, and no secret of what is wrong', async () => {
  const output = await refusal({ LOG_LEVEL: 'loud', PORT: 'x', SMTP_URL: 'http://user:canary@smtp.example.com' })
  for (const name of ['PUBLIC_URL', 'HUBSPOT_CLIENT_ID', 'TOKEN_KEYS', 'MAIL_DOMAIN']) {
    expect(output).toContain(`${name} is missing`)
  }
  for (const name of ['LOG_LEVEL', 'PORT', 'SMTP_URL']) expect(output).toContain(`${name} is invalid`)
  expect(output).not.toContain('canary')
})

test('a port that is taken is named, and the embedded database does not stay behind', async () => {
  const server = net.createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const dataDir = path.join(folder, 'taken')
  try {
    const output = await refusal({ ...startEnv(port), DATA_DIR: dataDir })
    expect(output).toContain(`Port ${port} on 127.0.0.1 is taken`)
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
  expect(findServer(path.join(dataDir, 'postgres/cluster/data'))).toBeUndefined()
})

test('a database that cannot be reached is named after visible tries, without its password', async () => {
  const nowhere = `127.0.0.1:${await freePort()}`
  const DATABASE_URL = `postgres://stagecue:canary@${nowhere}/stagecue`
  const output = await refusal({ ...startEnv(await freePort()), DATABASE_URL })
  expect(output).toContain(`The database at ${nowhere}/stagecue cannot be used`)
  expect(output.match(/waiting for the database/g)?.length).toBeGreaterThan(3)
  expect(output).not.toContain('canary')
})

test('a database newer than the code is refused by the name of what made it', async () => {
  const DATABASE_URL = await database()
  expect(Object.keys(migrations)).not.toContain('9999_from-the-future')
  await run(DATABASE_URL, `insert into kysely_migration values ('9999_from-the-future', now()::text)`)
  expect(await refusal({ ...startEnv(await freePort()), DATABASE_URL })).toContain('it has 9999_from-the-future')
})

test('a database that may forget what was acknowledged is refused', async () => {
  const DATABASE_URL = await database()
  const name = new URL(DATABASE_URL).pathname.slice(1)
  await run(adminUrl, `alter database ${name} set synchronous_commit = off`)
  expect(await refusal({ ...startEnv(await freePort()), DATABASE_URL })).toContain('synchronous_commit = off')
})

test('it starts without a mail server, says so, and sends once the server is there', async () => {
  const smtp = await new SmtpServer().start()
  await smtp.stop()
  const stack = await startStack({ databaseUrl: await database(), env: { SMTP_URL: smtp.url } })
  apps.push(stack.app)
  try {
    const { host } = new URL(smtp.url)
    await vi.waitFor(() => expect(stack.app.output()).toContain(host), WAIT)
    expect(stack.app.output()).toContain('mail server does not answer')
    await smtp.start()

    await stack.connect(NORTHWIND)
    await stack.card(NORTHWIND, 'POST', '/api/pipelines/refresh', { idempotencyKey: 'start-pipelines' })
    const steps = [{ id: 'one', kind: 'email', subject: 'Hello', body: 'Hi there.' }]
    const definition = { stopWhenStageLeft: true, steps }
    const created = { name: 'Follow-up', definition, idempotencyKey: 'start-sequence' }
    const { id } = await stack.card<{ id: string }>(NORTHWIND, 'POST', '/api/sequences', created)
    const publish = { action: 'publish', idempotencyKey: 'start-publish' }
    await stack.card(NORTHWIND, 'POST', `/api/sequences/${id}/status`, publish)
    const { sandbox } = stack
    const contactId = sandbox.createContact(NORTHWIND, { email: 'ada@start.example', firstName: 'Ada' })
    const stageId = sandbox.state.portals.get(NORTHWIND)?.pipelines[0]?.stages[0]?.id ?? ''
    const dealId = sandbox.createDeal(NORTHWIND, { name: 'Start', stageId, contactIds: [contactId] })
    const chosen = { sequenceId: id, contactIds: [contactId], idempotencyKey: 'start-enroll' }
    await stack.card(NORTHWIND, 'POST', `/api/deals/${dealId}/enrollments`, chosen)
    await vi.waitFor(() => expect(smtp.accepted).toMatchObject([{ recipients: ['ada@start.example'] }]), WAIT)
  } finally {
    await stack.stop()
    await smtp.stop()
  }
})

test('while the database restarts webhooks are refused with a time to come back, and all recovers by itself', async () => {
  const embedded = { dir: path.join(folder, 'restarting'), sleep: systemSleep, log: silentLog, secrets: systemSecrets }
  let server = await startEmbedded(embedded)
  const proxy = await startTcpProxy(Number(new URL(server.url()).port))
  try {
    const DATABASE_URL = server.url().replace(/:\d+\//, `:${proxy.port}/`)
    const env = { ...startEnv(await freePort()), DATABASE_URL }
    const app = await ready(env)
    await insertPortal(DATABASE_URL, PORTAL)
    expect(await postStageChange(env, PORTAL)).toMatchObject({ status: 204 })

    await server.stop('immediate')
    proxy.target = undefined
    for (let round = 0; round < 3; round++) {
      const refused = await postStageChange(env, PORTAL)
      expect(refused.status).toBe(503)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await refused.json()).toMatchObject({ ok: false, error: { code: 'database_unavailable' } })
    }
    expect(await fetch(`${env.PUBLIC_URL}/readyz`)).toMatchObject({ status: 503 })
    expect(await fetch(`${env.PUBLIC_URL}/livez`)).toMatchObject({ status: 200 })

    server = await startEmbedded(embedded)
    proxy.target = Number(new URL(server.url()).port)
    await vi.waitFor(async () => expect(await postStageChange(env, PORTAL, 2)).toMatchObject({ status: 204 }), WAIT)
    expect(app.running()).toBe(true)
    // The tasks came back, too.
    await vi.waitFor(async () => expect(await postponed(DATABASE_URL)).toContain('deal:2'), WAIT)
    app.kill('SIGTERM')
    expect(await app.ended).toBe(0)
  } finally {
    await proxy.close()
    await server.stop('immediate')
  }
})

test('SIGTERM ends it with exit code 0, and its embedded database with it', async () => {
  const dataDir = path.join(folder, 'stopping')
  const app = await ready({ ...startEnv(await freePort()), DATA_DIR: dataDir })
  const cluster = path.join(dataDir, 'postgres/cluster/data')
  const pid = findServer(cluster)?.pid ?? 0
  expect(isAlive(pid)).toBe(true)
  app.kill('SIGTERM')
  expect(await app.ended).toBe(0)
  expect(isAlive(pid)).toBe(false)
  expect(findServer(cluster)).toBeUndefined()
  expect(app.output()).not.toContain('did not stop in time')
})

test('as web it takes work and does none; as worker it does the work and takes none', async () => {
  const DATABASE_URL = await database()
  await insertPortal(DATABASE_URL, PORTAL)
  const web = { ...startEnv(await freePort()), DATABASE_URL, ROLE: 'web' }
  const webApp = await ready(web)
  expect(await postStageChange(web, PORTAL)).toMatchObject({ status: 204 })
  expect(await fetch(`${web.PUBLIC_URL}/api/settings`)).toMatchObject({ status: 401 })
  webApp.kill('SIGTERM')
  expect(await webApp.ended).toBe(0)
  expect(await postponed(DATABASE_URL)).toEqual([])

  const worker = { ...startEnv(await freePort()), DATABASE_URL, ROLE: 'worker' }
  await ready(worker)
  expect(await postStageChange(worker, PORTAL)).toMatchObject({ status: 404 })
  for (const address of ['/api/settings', '/oauth/install', '/unsubscribe/x']) {
    expect(await fetch(worker.PUBLIC_URL + address)).toMatchObject({ status: 404 })
  }
  expect(await fetch(`${worker.PUBLIC_URL}/livez`)).toMatchObject({ status: 200 })
  await vi.waitFor(async () => expect(await postponed(DATABASE_URL)).toEqual(['deal:1']), WAIT)
})
