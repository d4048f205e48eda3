import { readFileSync, statSync } from 'node:fs'
import { AppError } from '#core/errors.ts'

/** The user Postgres runs as, where it is not our own. */
export interface ServerUser {
  readonly uid: number
  readonly gid: number
  readonly name: string
}

/**
 * Postgres refuses to run as root. A process of root therefore runs it as the owner of `dataDir`, for a new one as
 * `postgres`, else as `nobody`; every other process runs it as itself (`undefined`).
 * Throws `misconfigured` when root finds none of them.
 */
export function chooseUser(
  dataDir: string,
  ownUid = process.getuid?.(),
  passwdFile = '/etc/passwd',
): ServerUser | undefined {
  if (ownUid !== 0) return undefined
  const owner = statSync(dataDir, { throwIfNoEntry: false })
  const passwd = readFileSync(passwdFile, 'utf8')
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid, name: `uid ${owner.uid}` }
  const user = findUser(passwd, 'postgres') ?? findUser(passwd, 'nobody')
  if (user !== undefined) return user
  throw new AppError(
    'misconfigured',
    'Postgres does not run as root and this machine has neither a user "postgres" nor "nobody". ' +
      'Start Stagecue as a normal user, or set DATABASE_URL to a Postgres of your own.',
  )
}

function findUser(passwd: string, name: string): ServerUser | undefined {
  const fields = passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find((line) => line[0] === name)
  if (!/^\d+$/.test(fields?.[2] ?? '') || !/^\d+$/.test(fields?.[3] ?? '')) return undefined
  return { uid: Number(fields?.[2]), gid: Number(fields?.[3]), name }
}
