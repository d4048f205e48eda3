import { execFile } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { systemSleep } from '#core/clock.ts'
import { systemSecrets } from '#core/ids.ts'
import { silentLog } from '#core/log.ts'
import { type EmbeddedPostgres, startEmbedded } from '#db/embedded/start.ts'

/** A real server of its own that is backed up while it works, and restored as an operator would do it. */
export interface RestorablePostgres {
  url(database: string): string
  /**
   * Makes a base backup by Postgres's own interface (its documentation, 25.3.4); nobody has to stop for it. `meanwhile` happens
   * after the files were copied, and is in the backup. Gives its folder.
   */
  backUp(meanwhile?: () => Promise<void>): Promise<string>
  /** Ends the server as a crash would, puts the backup in the place of its data, and recovers it, on the same port. */
  restore(backup: string): Promise<void>
  /** Ends the server as a crash would, and lets a standby that stood at the end of the backup take over, on the same port. */
  takeOver(backup: string): Promise<void>
  stop(): Promise<void>
}

/** Stops where the backup ended and begins a new timeline: what came after it is lost. There is no archive to ask. */
const RECOVERY = { restore_command: 'false', recovery_target: 'immediate', recovery_target_action: 'promote' }
/** The checkpoint after the promotion takes its time, as it does on a machine that works. */
const STANDBY = { restore_command: 'false', checkpoint_timeout: '1h', checkpoint_completion_target: '0.9' }

export async function startRestorablePostgres(): Promise<RestorablePostgres> {
  const folder = mkdtempSync(path.join(tmpdir(), `stagecue-test-${process.pid}-`))
  // mkdtemp keeps others out; when root runs the tests, the user Postgres runs as has to enter.
  chmodSync(folder, 0o755)
  const dataDir = path.join(folder, 'postgres', 'cluster', 'data')
  const start = (recovery: Record<string, string>, port?: number): Promise<EmbeddedPostgres> =>
    startEmbedded({
      dir: path.join(folder, 'postgres'),
      ...(port === undefined ? {} : { port }),
      settings: { fsync: 'off', max_connections: '100', ...recovery },
      sleep: systemSleep,
      log: silentLog,
      secrets: systemSecrets,
    })
  let server = await start(RECOVERY)
  const { port } = new URL(server.url())
  const exchange = async (backup: string, signal: string, recovery: Record<string, string>) => {
    await server.stop('immediate')
    await rm(dataDir, { recursive: true })
    await copy(backup, dataDir)
    own(path.join(dataDir, signal), '')
    server = await start(recovery, Number(port))
  }
  return {
    url: (database) => server.url(database),
    backUp: (meanwhile) => backUp(server.url('postgres'), dataDir, path.join(folder, 'backup'), meanwhile),
    restore: (backup) => exchange(backup, 'recovery.signal', RECOVERY),
    async takeOver(backup) {
      await exchange(backup, 'standby.signal', STANDBY)
      const client = new pg.Client({ connectionString: server.url('postgres') })
      await client.connect()
      await client.query('select pg_promote()').finally(() => client.end())
    },
    async stop() {
      await server.stop('immediate')
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function backUp(
  adminUrl: string,
  dataDir: string,
  backup: string,
  meanwhile: (() => Promise<void>) | undefined,
): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    await client.query(`select pg_backup_start('test', true)`)
    await copy(dataDir, backup)
    await meanwhile?.()
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')
    for (const ours of ['postmaster.pid', 'postmaster.opts', 'pg_wal']) {
      await rm(path.join(backup, ours), { recursive: true, force: true })
    }
    // All that was written while the files were copied: without it they would not fit together.
    await copy(path.join(dataDir, 'pg_wal'), path.join(backup, 'pg_wal'))
    own(path.join(backup, 'backup_label'), rows[0]?.labelfile ?? '')
  } finally {
    await client.end()
  }
  return backup
}

/** With owners and modes. A file may go while it is copied; the log of changes knows what became of it. */
async function copy(from: string, to: string): Promise<void> {
  try {
    await promisify(execFile)('cp', ['-a', from, to])
  } catch (error) {
    const lines = error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n') : ['?']
    if (!lines.every((line) => /No such file or directory|file changed/i.test(line))) throw error
  }
}

/** Writes a file that belongs to whom the folder belongs to. */
function own(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 })
  const { uid, gid } = statSync(path.dirname(file))
  chownSync(file, uid, gid)
}
