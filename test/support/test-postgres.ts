import { mkdtempSync, readdirSync } from 'node:fs'
import { chmod, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemSleep } from '#core/clock.ts'
import { systemSecrets } from '#core/ids.ts'
import { silentLog } from '#core/log.ts'
import { findServer } from '#db/embedded/find-server.ts'
import { isAlive } from '#db/embedded/is-alive.ts'
import { startEmbedded } from '#db/embedded/start.ts'

const PREFIX = 'stagecue-test-'

/** A server that lives as long as a test run. */
export interface TestPostgres {
  url(database?: string): string
  stop(): Promise<void>
}

/**
 * Starts a throwaway server and removes those of test runs that were killed. Fast instead of durable, unless `durable`: then
 * it writes as our users' databases do.
 */
export async function startTestPostgres(options: { durable?: boolean } = {}): Promise<TestPostgres> {
  await removeAbandoned()
  const folder = mkdtempSync(path.join(tmpdir(), `${PREFIX}${process.pid}-`))
  // mkdtemp keeps others out; when root runs the tests, the user Postgres runs as has to enter.
  await chmod(folder, 0o755)
  const server = await startEmbedded({
    dir: path.join(folder, 'postgres'),
    settings: {
      ...(options.durable ? { fsync: 'on', synchronous_commit: 'on' } : { fsync: 'off', full_page_writes: 'off' }),
      max_connections: '200',
      shared_buffers: '256MB',
    },
    sleep: systemSleep,
    log: silentLog,
    secrets: systemSecrets,
  })
  return {
    url: server.url,
    async stop() {
      await server.stop('immediate')
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    if (pid === undefined || isAlive(Number(pid))) continue
    try {
      await endServer(path.join(tmpdir(), name, 'postgres', 'cluster', 'data'))
      await rm(path.join(tmpdir(), name), { recursive: true, force: true, maxRetries: 5 })
    } catch {
      // It belongs to another user, or another run removes it at this moment.
    }
  }
}

/** An immediate shutdown, which also gives back the shared memory; SIGKILL would not. */
async function endServer(dataDir: string): Promise<void> {
  const pid = findServer(dataDir)?.pid
  if (pid === undefined) return
  process.kill(pid, 'SIGQUIT')
  while (findServer(dataDir)?.pid === pid) await systemSleep(25)
}
