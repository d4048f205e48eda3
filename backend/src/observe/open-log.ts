import pino from 'pino'
import type { Log } from '#core/log.ts'

/** Never written, wherever they appear: tokens, secrets, what a person wrote or is called. */
const REDACTED = [
  'authorization',
  'cookie',
  'password',
  'clientSecret',
  'client_secret',
  'accessToken',
  'access_token',
  'refreshToken',
  'refresh_token',
  'email',
  'recipient',
  'body',
  'mime',
]

/**
 * The process's log: JSON lines, or readable ones on a terminal. Errors are written with their causes, but without any
 * field that drivers attach to them (a failed query carries its parameters).
 */
export function openLog(options: {
  level: string
  pretty: boolean
  destination?: pino.DestinationStream
}): Log & { flush(): void } {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: REDACTED.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[masked]' },
    // A detail is what the other side said.
    serializers: {
      err: describeError,
      detail: (detail) => (typeof detail === 'string' ? maskAddresses(detail) : detail),
    },
    ...(options.pretty
      ? {
          transport: {
            target: 'pino-pretty',
            options: { colorize: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' },
          },
        }
      : {}),
  }
  return options.destination && !options.pretty ? pino(settings, options.destination) : pino(settings)
}

interface DescribedError {
  type: string
  message: string
  code?: unknown
  stack?: string
  cause?: DescribedError
}

/** Also what stands before the host of a URL; a slash keeps out the scoped packages of a stack. */
const ADDRESS = /[^\s"'“”<>()[\],:;=/]+@[^\s"'“”<>()[\],:;=/]+/g

/** Type, message, code, stack and cause; nothing else, and no address: mail servers quote the one they refuse. */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: maskAddresses(String(error)) }
  return {
    type: error.name,
    message: maskAddresses(error.message),
    ...('code' in error ? { code: error.code } : {}),
    ...(error.stack ? { stack: maskAddresses(error.stack) } : {}),
    ...(error.cause !== undefined && depth < 4 ? { cause: describeError(error.cause, depth + 1) } : {}),
  }
}

function maskAddresses(text: string): string {
  return text.replace(ADDRESS, '[masked]')
}
