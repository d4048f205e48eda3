import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemSleep } from '#core/clock.ts'
import type { Tokens } from './hubspot/tokens.ts'
import type { Portal } from './hubspot/types.ts'
import type { CaughtMail } from './mail/catcher.ts'

/** What a demo keeps between two starts. */
export interface Kept {
  readonly portals: Portal[]
  readonly tokens: Pick<Tokens, 'grants' | 'access' | 'byRefresh'>
  readonly mails: readonly CaughtMail[]
}

/** The kept state, or null when there is none yet. An unreadable file is an error, not a fresh start. */
export function loadKept(file: string): Kept | null {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
  const kept = JSON.parse(text, revive) as Kept
  // A grant is one object under several tokens; the file holds copies of it.
  kept.tokens.byRefresh.clear()
  for (const grant of kept.tokens.grants.values()) {
    kept.tokens.byRefresh.set(grant.refreshToken, grant)
    for (const spent of grant.spent) kept.tokens.byRefresh.set(spent, grant)
  }
  return kept
}

export interface Keeper {
  /** Something changed: write soon. */
  touch(): void
  /** Writes now. */
  flush(): void
  stop(): void
}

/** Writes the state at most once per second, whole and by rename, so that a killed process leaves a readable file. */
export function createKeeper(file: string, collect: () => Kept): Keeper {
  const stopping = new AbortController()
  let waiting = false
  function flush() {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, JSON.stringify(collect(), preserve))
    renameSync(`${file}.new`, file)
  }
  return {
    flush,
    touch() {
      if (waiting || stopping.signal.aborted) return
      waiting = true
      void systemSleep(1000, stopping.signal).then(() => {
        waiting = false
        if (!stopping.signal.aborted) flush()
      })
    },
    stop() {
      stopping.abort()
      flush()
    },
  }
}

function preserve(this: unknown, key: string, value: unknown): unknown {
  // JSON.stringify has already called toJSON on buffers; the original is on the holder.
  const original = (this as Record<string, unknown>)[key]
  if (Buffer.isBuffer(original)) return { $bytes: original.toString('base64') }
  if (value instanceof Map) return { $map: [...value] }
  if (value instanceof Set) return { $set: [...value] }
  return value
}

function revive(_key: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if ('$bytes' in value) return Buffer.from(String(value.$bytes), 'base64')
  if ('$map' in value) return new Map(value.$map as [unknown, unknown][])
  if ('$set' in value) return new Set(value.$set as unknown[])
  return value
}
