import type { PortalContext } from '#core/context.ts'
import { AppError } from '#core/errors.ts'

const IDENTITY = ['portalId', 'userId', 'userEmail', 'appId'] as const
type IdentityKey = (typeof IDENTITY)[number]

const NUMBER = /^[1-9][0-9]{0,15}$/
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,189}$/u

/**
 * Who a signed request speaks for. HubSpot appends portalId, userId, userEmail and appId to the query and signs all of it
 * (HubSpot docs, UI extensions fetch), but the card's own code chose the rest of that query: a second portalId, or one
 * written differently, would be signed as well. So each may occur once, in exactly one spelling. `rawUrl` is path and query
 * as they came over the wire. Throws `AppError('unauthenticated')`.
 */
export function portalIdentity(rawUrl: string, requestId: string): PortalContext {
  const found = identityParameters(rawUrl)
  const portalId = number(found.get('portalId'))
  const userId = number(found.get('userId'))
  const appId = found.get('appId')
  if (portalId === undefined || userId === undefined) throw unproven()
  if (appId !== undefined && number(appId) === undefined) throw unproven()
  const email = found.get('userEmail') || null
  if (email !== null && !isAddress(email)) throw unproven()
  return { portalId, actor: { kind: 'user', userId: String(userId), email }, requestId }
}

function identityParameters(rawUrl: string): Map<IdentityKey, string> {
  const mark = rawUrl.indexOf('?')
  const found = new Map<IdentityKey, string>()
  if (mark < 0) return found
  for (const pair of rawUrl.slice(mark + 1).split('&')) {
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    const key = IDENTITY.find((known) => known.toLowerCase() === plain(name))
    if (key === undefined) continue
    if (name !== key || found.has(key)) throw unproven()
    found.set(key, equals < 0 ? '' : decode(pair.slice(equals + 1)))
  }
  return found
}

/** What a careless parser could still take for the same name: other case, brackets, spaces, full-width letters. */
function plain(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^a-z]/g, '')
}

/** Percent-decoding only: a plus stays a plus, as in `ada+sales@example.com`. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw unproven()
  }
}

function number(text: string | undefined): number | undefined {
  if (text === undefined || !NUMBER.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}

function isAddress(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not get in.
  return text.length <= 254 && EMAIL.test(text) && !/[\u0000-\u001f\u007f-\u009f]/.test(text) && text.isWellFormed()
}

function unproven(): AppError {
  return new AppError(
    'unauthenticated',
    'This request does not say which portal and user it comes from. Reload the page.',
  )
}
