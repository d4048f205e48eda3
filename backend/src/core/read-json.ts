import { isUtf8 } from 'node:buffer'
import { parse } from 'secure-json-parse'

/** Deeper than anything HubSpot or our cards send; keeps every later walk over the value within a small stack. */
const MAX_DEPTH = 32
/** Digits of an integer that may be beyond 2^53; with one less it never is. */
const LONG = 16

/** Why a body is not JSON that we read. */
export class UnreadableJson extends Error {
  constructor(problem: string, options?: ErrorOptions) {
    super(problem, options)
    this.name = 'UnreadableJson'
  }
}

/**
 * JSON from raw bytes: strict UTF-8, at most 32 levels deep, no `__proto__` or `constructor.prototype` keys. An integer
 * beyond 2^53 comes back as its own digits in text, because a rounded id would be another record's. Throws `UnreadableJson`.
 */
export function readJson(raw: Buffer): unknown {
  if (!isUtf8(raw)) throw new UnreadableJson('The body is not valid UTF-8.')
  // V8 parses any depth; it is the walkers, validators and serializers after it that would overflow.
  if (isDeeperThan(raw, MAX_DEPTH)) throw new UnreadableJson(`The body is nested deeper than ${MAX_DEPTH} levels.`)
  const text = raw.toString('utf8')
  try {
    return hasLongNumber(raw) ? parse(text, keepDigits) : parse(text)
  } catch (error) {
    throw new UnreadableJson('The body is not valid JSON.', { cause: error })
  }
}

const keepDigits = function keepDigits(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context.source === undefined) return value
  return /^-?\d+$/.test(context.source) ? context.source : value
} as (this: unknown, key: string, value: unknown) => unknown

/**
 * Whether so many digits stand in a row anywhere, strings included. Such a row covers at least one of every 16th bytes, so that
 * no other byte is looked at first: a tenth of what a search costs on every request.
 */
function hasLongNumber(raw: Buffer): boolean {
  for (let at = LONG - 1; at < raw.length; at += LONG) {
    if (!isDigit(raw[at])) continue
    let start = at
    let end = at + 1
    while (isDigit(raw[start - 1])) start--
    while (isDigit(raw[end])) end++
    if (end - start >= LONG) return true
  }
  return false
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Scans the bytes: brackets outside strings. On broken JSON it may be wrong either way; the parser then refuses. */
function isDeeperThan(raw: Buffer, limit: number): boolean {
  if (opens(raw, 0x5b, limit) + opens(raw, 0x7b, limit) <= limit) return false
  let depth = 0
  for (let at = 0; at < raw.length; at++) {
    const byte = raw[at]
    if (byte === QUOTE) at = endOfString(raw, at)
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > limit) return true
    } else if (byte === 0x5d || byte === 0x7d) depth--
  }
  return false
}

/** How often the bracket stands in the bytes, strings included; stops counting beyond the limit. */
function opens(raw: Buffer, bracket: number, limit: number): number {
  let count = 0
  for (let at = raw.indexOf(bracket); at >= 0 && count <= limit; at = raw.indexOf(bracket, at + 1)) count++
  return count
}

function endOfString(raw: Buffer, start: number): number {
  let at = start
  do {
    at = raw.indexOf(QUOTE, at + 1)
    if (at < 0) return raw.length
  } while (isEscaped(raw, at))
  return at
}

function isEscaped(raw: Buffer, at: number): boolean {
  let backslashes = 0
  while (raw[at - 1 - backslashes] === BACKSLASH) backslashes++
  return backslashes % 2 === 1
}
