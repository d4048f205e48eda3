import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { lstat, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { systemSecrets } from '#core/ids.ts'
import { silentLog } from '#core/log.ts'
import { findPackage } from '#db/embedded/find-package.ts'
import { findServer } from '#db/embedded/find-server.ts'
import { isAlive } from '#db/embedded/is-alive.ts'
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbedded } from '#db/embedded/start.ts'

interface Holder {
  readonly process: ChildProcess
  readonly adopted: boolean
  readonly pid: number
  readonly dataDir: string
  readonly url: string
}

/** Postgres of another user has to enter it when root runs the tests. */
const folder = mkdtempSync(path.join(tmpdir(), 'stagecue-embedded-'))
/** One durable cluster for all tests that need no fresh one; fsync is on, as for our users. */
const kept = path.join(folder, 'kept')
const children: ChildProcess[] = []
const servers: EmbeddedPostgres[] = []

beforeAll(async () => {
  chmodSync(folder, 0o755)
  const server = await start(kept)
  await query(server.url(), 'create table marks (mark text primary key)')
  await server.stop()
})

afterEach(async () => {
  for (const child of children.splice(0)) await end(child)
  for (const server of servers.splice(0)) {
    await server.stop()
    // One that a test's process left behind is stopped by whoever comes last, and that is here.
    if (findServer(server.dataDir) !== undefined) await (await start(path.resolve(server.dataDir, '../..'))).stop()
  }
})

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

describe('a cluster', () => {
  test('keeps its data over a restart, durably, and leaves no process', async () => {
    const first = await start(kept)
    await mark(first.url(), 'restart')
    expect(await query(first.url(), 'show fsync')).toEqual([{ fsync: 'on' }])
    await first.stop()
    await first.stop()
    expect(isAlive(first.pid)).toBe(false)

    const second = await start(kept)
    expect(second.adopted).toBe(false)
    expect(await marks(second.url())).toContain('restart')
  })

  test('is UTF-8 with locale C, asks for a password and listens on the loopback interface only', async () => {
    const server = await start(kept)
    expect(
      await query(
        server.url(),
        `select pg_encoding_to_char(encoding) as encoding, datcollate, current_setting('listen_addresses') as addresses,
           current_setting('unix_socket_directories') as sockets, current_setting('TimeZone') as zone
         from pg_database where datname = 'template1'`,
      ),
    ).toEqual([{ encoding: 'UTF8', datcollate: 'C', addresses: '127.0.0.1', sockets: '', zone: 'UTC' }])
    const wrong = new URL(server.url())
    wrong.password = 'wrong'
    await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  })

  test('takes settings, but not those the launcher relies on', async () => {
    const server = await start(kept, { settings: { work_mem: '7MB', listen_addresses: '*' } })
    expect(await query(server.url(), 'show work_mem')).toEqual([{ work_mem: '7MB' }])
    expect(await query(server.url(), 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
  })

  test('starts in a folder whose path is too long for a socket and hard for a shell', async () => {
    const deep = path.join(folder, 'x'.repeat(120), 'a "b" $HOME `c`')
    const server = await start(deep, { settings: { fsync: 'off' } })
    expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('interrupted while it was made leaves nothing half-done', async () => {
    const dir = path.join(folder, 'interrupted')
    const child = spawnHolder(dir)
    await vi.waitFor(() => expect(unfinished(dir)).toHaveLength(1), { timeout: 15_000, interval: 5 })
    await kill(child)
    const server = await start(dir)
    expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }])
    expect(unfinished(dir)).toEqual([])
  })
})

describe('after a crash', () => {
  test('of Node, the next start adopts the server with its data', async () => {
    const holder = await hold(kept)
    await mark(holder.url, 'node killed')
    await kill(holder.process)

    const server = await start(kept)
    expect(server).toMatchObject({ adopted: true, pid: holder.pid })
    expect(await marks(server.url())).toContain('node killed')
    await server.stop()
    expect(findServer(holder.dataDir)).toBeUndefined()
  })

  test('of Postgres, the next start recovers the data', async () => {
    const server = await start(kept)
    await mark(server.url(), 'postgres killed')
    process.kill(server.pid, 'SIGKILL')

    const next = await start(kept)
    expect(next.adopted).toBe(false)
    expect(await marks(next.url())).toContain('postgres killed')
    // The old handle does not stop the new server, which it never used.
    await server.stop()
    expect(await marks(next.url())).toContain('postgres killed')
  })

  test('of both, the next start recovers the data', async () => {
    const holder = await hold(kept)
    await mark(holder.url, 'both killed')
    process.kill(holder.pid, 'SIGKILL')
    await kill(holder.process)

    const server = await start(kept)
    expect(server.adopted).toBe(false)
    expect(await marks(server.url())).toContain('both killed')
  })

  test('a pid that now belongs to another program does not stop the next start', async () => {
    const server = await start(kept)
    const pidFile = path.join(server.dataDir, 'postmaster.pid')
    const left = readFileSync(pidFile, 'utf8')
    await server.stop()
    const { uid, gid } = statSync(server.dataDir)
    const stranger = spawn('sleep', ['600'], { uid, gid, stdio: 'ignore' })
    children.push(stranger)
    await once(stranger, 'spawn')
    writeFileSync(pidFile, left.replace(/^\d+/, String(stranger.pid)))

    const next = await start(kept)
    expect(next.adopted).toBe(false)
    expect(isAlive(Number(stranger.pid))).toBe(true)
  })

  test('stopping a server that died is no error', async () => {
    const server = await start(kept)
    process.kill(server.pid, 'SIGKILL')
    await server.stop()
    expect(findServer(server.dataDir)).toBeUndefined()
  })
})

test('Ctrl-C, which reaches every process of the terminal, does not reach the server', async () => {
  const holder = await hold(kept)
  if (holder.process.pid === undefined) throw new Error('no process')
  const ended = once(holder.process, 'exit')
  process.kill(-holder.process.pid, 'SIGINT')
  await ended
  expect(await query(holder.url, 'select 1 as one')).toEqual([{ one: 1 }])
  const server = await start(kept)
  expect(server).toMatchObject({ adopted: true, pid: holder.pid })
})

describe('several processes', () => {
  test('that start a new cluster at once share one server, and the last one stops it', async () => {
    const dir = path.join(folder, 'together')
    const [one, other] = await Promise.all([hold(dir), hold(dir)])
    expect([one.adopted, other.adopted].sort()).toEqual([false, true])
    expect(one.url).toBe(other.url)

    await end(one.process)
    expect(await query(other.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await end(other.process)
    expect(findServer(one.dataDir)).toBeUndefined()
    expect(unfinished(dir)).toEqual([])
  })

  test('do not stop a server under one whose connection was cut', async () => {
    const [first, second] = [await start(kept), await start(kept)]
    await query(second.url(), 'select pg_terminate_backend(pid) from pg_stat_activity where application_name like $1', [
      'stagecue launcher',
    ])
    const third = await start(kept)
    await first.stop()
    expect(await query(third.url(), 'select 1 as one')).toEqual([{ one: 1 }])
  })
})

test('library symlinks that npm did not make are made', async () => {
  const packageDir = path.join(folder, 'package')
  cpSync(findPackage(), packageDir, { recursive: true, verbatimSymlinks: true })
  const links: { target: string }[] = JSON.parse(readFileSync(path.join(packageDir, 'native/pg-symlinks.json'), 'utf8'))
  for (const { target } of links) await rm(path.join(packageDir, target))

  const server = await start(path.join(folder, 'relinked'), { packageDir, settings: { fsync: 'off' } })
  expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }])
  for (const { target } of links) expect((await lstat(path.join(packageDir, target))).isSymbolicLink()).toBe(true)
})

async function start(dir: string, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({ dir, sleep: systemSleep, log: silentLog, secrets: systemSecrets, ...options })
  servers.push(server)
  return server
}

function spawnHolder(dir: string): ChildProcess {
  const script = path.resolve(import.meta.dirname, '../../support/hold-postgres.ts')
  // A process group of its own, as a terminal would give it.
  const child = spawn(process.execPath, [script, dir], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  return child
}

async function hold(dir: string): Promise<Holder> {
  const child = spawnHolder(dir)
  if (child.stdout === null) throw new Error('no output')
  for await (const line of createInterface(child.stdout)) return { process: child, ...JSON.parse(line) }
  throw new Error('the process ended before its server was ready')
}

async function kill(child: ChildProcess): Promise<void> {
  await end(child, 'SIGKILL')
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  await ended
}

function unfinished(dir: string): string[] {
  return readdirSync(dir).filter((name) => name.startsWith('cluster.init-'))
}

async function query(url: string, sql: string, values: readonly unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql, [...values])).rows
  } finally {
    await client.end()
  }
}

async function mark(url: string, name: string): Promise<void> {
  await query(url, 'insert into marks values ($1)', [name])
}

async function marks(url: string): Promise<string[]> {
  const rows = await query(url, 'select mark from marks')
  return rows.map((row) => String(Object.values(row ?? {})[0]))
}
