import { AppError, isAppError } from '#core/errors.ts'

/** What the sentences need to name. */
export interface FailureContext {
  /** The folder given to the launcher. */
  readonly dir: string
  /** The user Postgres runs as, where it is not our own. */
  readonly userName: string | undefined
  /** The port that was asked for; undefined when any would do. */
  readonly port?: number | undefined
}

type Explain = (context: FailureContext) => string

const folderRefused: Explain = ({ dir, userName }) =>
  `The data folder ${dir} cannot be used: ${userName === undefined ? 'you' : `the user ${userName}, as whom Postgres runs,`} ` +
  'must be able to enter all folders above it and to write in it. Change their permissions, or choose another folder.'

/** First match wins. The texts are those of Node's file errors, of initdb and of the server log (LC_ALL=C). */
const CAUSES: readonly (readonly [RegExp, Explain])[] = [
  [
    /no space left on device|disk quota exceeded|check free disk space/i,
    ({ dir }) => `The disk is full: make room for the data folder ${dir} (or for /dev/shm), then start again.`,
  ],
  [
    /could not bind .*address already in use|could not create any TCP\/IP sockets/i,
    ({ port }) =>
      port === undefined
        ? 'No free port was found on 127.0.0.1. Start again.'
        : `Port ${port} on 127.0.0.1 is taken. Stop the program that uses it, or choose another port.`,
  ],
  [/permission denied|read-only file system|operation not permitted|wrong ownership/i, folderRefused],
  [
    /not a directory|file already exists, mkdir/i,
    ({ dir }) => `${dir} is not a folder. Remove the file that is in the way, or choose another folder.`,
  ],
  [
    /lock file "postmaster\.pid"|shared memory block .* is still in use/i,
    ({ dir }) =>
      `Another Postgres still uses the data folder ${dir}. End it; if there is none, remove postmaster.pid in ${dir}/cluster/data.`,
  ],
  [
    /cannot allocate memory/i,
    () => 'There is not enough memory for Postgres. Free some, or start it with smaller shared_buffers.',
  ],
]

/**
 * Turns what the server, initdb or a file operation said into the one sentence that says what to do; the original is
 * the `cause`. An `AppError` is returned as it is.
 */
export function explainFailure(failure: unknown, context: FailureContext): AppError {
  if (isAppError(failure)) return failure
  const cause = failure instanceof Error ? failure : new Error(String(failure))
  const explain = CAUSES.find(([pattern]) => pattern.test(cause.message))?.[1]
  const message =
    explain?.(context) ?? `The bundled Postgres did not start. Read the cause and ${context.dir}/postgres.log.`
  return new AppError('misconfigured', message, { cause })
}
