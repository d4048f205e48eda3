import { chownSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs'
import path from 'node:path'
import type { Sleep } from '#core/clock.ts'
import { AppError } from '#core/errors.ts'
import type { Secrets } from '#core/ids.ts'
import type { Log } from '#core/log.ts'
import { checkBinaries } from './check-binaries.ts'
import { chooseUser } from './choose-user.ts'
import { clearStalePidFile } from './clear-stale-pid-file.ts'
import { explainFailure } from './explain-failure.ts'
import { findPackage } from './find-package.ts'
import { findServer } from './find-server.ts'
import { initializeData } from './initialize-data.ts'
import { launchServer } from './launch-server.ts'
import { pickPort } from './pick-port.ts'
import { restoreSymlinks } from './restore-symlinks.ts'
import type { Binaries } from './run-binary.ts'
import { type EmbeddedPostgres, type Prepared, shareServer } from './share-server.ts'

export type { EmbeddedPostgres }

const RETRY_MS = 100
/** How often a server may fail for a reason that passes by itself: a dying predecessor, a port taken in between. */
const MAX_FAILURES = 150
/** Five minutes for a server that another process started and that still recovers. */
const MAX_WAITS = 3_000

export interface EmbeddedOptions {
  /** A folder of its own, such as `.data/postgres`; made when missing. */
  readonly dir: string
  /** Left out: any free one. */
  readonly port?: number
  /** Server settings, such as `{ fsync: 'off' }`; port, addresses and log are the launcher's. */
  readonly settings?: Readonly<Record<string, string>>
  readonly sleep: Sleep
  readonly log: Log
  readonly secrets: Secrets
  /** The unpacked binaries; left out: those in node_modules. */
  readonly packageDir?: string
}

/** What the later steps need once the folder is prepared. */
interface Start extends EmbeddedOptions, Prepared {}

/**
 * Starts the bundled Postgres on `options.dir`, or adopts the one that runs there. May be called by several processes
 * at once and after any of them, or Postgres, was killed. Why it is built like this: docs/decisions/0002.
 * Throws `misconfigured` with what to do; the end of the server's log is the `cause`.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const dir = path.resolve(options.dir)
  const packageDir = options.packageDir ?? findPackage()
  const user = chooseUser(path.join(dir, 'cluster', 'data'))
  try {
    if (restoreSymlinks(packageDir) > 0) options.log.info({ packageDir }, 'library symlinks restored')
    const prepared = await prepare({ ...options, dir }, { packageDir, user })
    return await adoptOrLaunch(prepared)
  } catch (error) {
    throw explainFailure(error, { dir, userName: user?.name, port: options.port })
  }
}

async function prepare(options: EmbeddedOptions, binaries: Binaries): Promise<Start> {
  const { user } = binaries
  const major = await checkBinaries(binaries)
  // The folders above keep the usual mode: the user Postgres runs as has to pass through them.
  mkdirSync(path.dirname(options.dir), { recursive: true })
  mkdirSync(options.dir, { recursive: true, mode: 0o700 })
  const dir = realpathSync(options.dir)
  const dataDir = path.join(dir, 'cluster', 'data')
  if (user !== undefined && !existsSync(dataDir)) chownSync(dir, user.uid, user.gid)
  await initializeData(binaries, dir, options.secrets, options.settings?.fsync !== 'off')
  checkVersion(dataDir, major)
  return { ...options, dir, binaries, dataDir }
}

function checkVersion(dataDir: string, major: number): void {
  const found = readFileSync(path.join(dataDir, 'PG_VERSION'), 'utf8').trim()
  if (found === String(major)) return
  throw new AppError(
    'misconfigured',
    `The database in ${dataDir} was made by Postgres ${found}, and this version of Stagecue brings Postgres ${major}. ` +
      `Set DATABASE_URL to a Postgres ${found} that runs on it, or move the folder away to start with an empty database.`,
  )
}

async function adoptOrLaunch(prepared: Start): Promise<EmbeddedPostgres> {
  const { dataDir, dir, port, settings = {}, sleep, log } = prepared
  const context = { dir, userName: prepared.binaries.user?.name, port }
  let failures = 0
  for (let waits = 0; waits < MAX_WAITS; waits++) {
    const running = findServer(dataDir)
    if (running?.ready) {
      const adopted = await shareServer(prepared, running, true)
      if (adopted !== undefined) return adopted
    } else if (running === undefined) {
      clearStalePidFile(dataDir)
      const launched = await launchServer({
        ...prepared,
        settings,
        logFile: path.join(dir, 'postgres.log'),
        port: port ?? (await pickPort()),
        onEnd: (how) => {
          if (how.code === 0) log.info(how, 'embedded postgres stopped')
          else log.error(how, 'embedded postgres died')
        },
      })
      if (launched.kind === 'ready') {
        const started = await shareServer(prepared, launched.server, false)
        if (started !== undefined) return started
      } else if (!passesByItself(launched.output, port) || ++failures >= MAX_FAILURES) {
        throw explainFailure(launched.output, context)
      }
    }
    await sleep(RETRY_MS)
  }
  throw explainFailure('lock file "postmaster.pid" names a process that does not answer', context)
}

/** Another starter was faster, a killed server's backends are still ending, or the free port was taken in between. */
function passesByItself(output: string, port: number | undefined): boolean {
  if (/lock file "postmaster\.pid" (already exists|is empty)|shared memory block .* is still in use/.test(output))
    return true
  return port === undefined && /could not create any TCP\/IP sockets/.test(output)
}
