import { AppError, isAppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { checkTemplate } from '#mail/check-template.ts'
import { checkAddress } from '#modules/sender/check-address.ts'
import { checkFromName } from '#modules/sender/check-from-name.ts'
import type { ChangeSender } from '#shared/contract/sender.ts'
import { smtpPasswordOf } from './open-server.ts'
import type { SenderChange } from './repository.ts'
import type { SenderRecord } from './sender-record.ts'

const UNUSABLE_LINE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u
const UNUSABLE_TEXT = /[^\P{Cc}\r\n\t]|\p{Cs}/u

type Server = Pick<SenderChange, 'smtpHost' | 'smtpPort' | 'smtpTls' | 'smtpUser' | 'smtpPassword'>

/**
 * What people typed about a sender as it is stored, its password sealed. `before` is what was stored until now. Throws
 * `invalid_input`, and `template_invalid` for a signature that could not be filled in.
 */
export async function checkFields(
  deps: Pick<Deps, 'vault' | 'ownServers' | 'clock'>,
  portalId: number,
  input: ChangeSender,
  before: SenderRecord | undefined,
): Promise<SenderChange> {
  const server = await checkServer(deps, portalId, input.server, before)
  const same = before?.smtpHost === server.smtpHost && input.server?.password == null
  return {
    fromName: checkFromName(input.fromName),
    replyTo: input.replyTo.trim() === '' ? null : checkAddress(input.replyTo),
    signature: checkSignature(input.signature),
    ...server,
    ...checkCaps(input, before, deps.clock()),
    active: input.active,
    problem: same && before ? before.problem : null,
  }
}

function checkSignature(text: string): string {
  const signature = text.replace(/\r\n?/g, '\n').trim()
  if (UNUSABLE_TEXT.test(signature)) {
    throw new AppError('invalid_input', 'The signature contains characters that no mail can show.')
  }
  if (signature === '') return ''
  try {
    checkTemplate({ subject: '', body: signature })
    return signature
  } catch (error) {
    if (!isAppError(error, 'template_invalid')) throw error
    throw new AppError('template_invalid', error.message.replaceAll('The body', 'The signature'), { cause: error })
  }
}

/** A password stays with the server it was given for: moved to another host or user it would be handed to whoever runs that. */
async function checkServer(
  { vault, ownServers }: Pick<Deps, 'vault' | 'ownServers'>,
  portalId: number,
  server: ChangeSender['server'],
  before: SenderRecord | undefined,
): Promise<Server> {
  if (server === null) return { smtpHost: null, smtpPort: null, smtpTls: null, smtpUser: null, smtpPassword: null }
  const host = server.host.toLowerCase()
  const user = server.user.trim()
  if (UNUSABLE_LINE.test(user) || UNUSABLE_LINE.test(server.password ?? '')) {
    throw new AppError('invalid_input', 'The user and the password of a mail server are one line each.')
  }
  const refusal = ownServers.refusal({ host, port: server.port })
  if (refusal !== undefined) throw new AppError('invalid_input', `This mail server cannot be used. ${refusal}`)
  const stored = { smtpHost: host, smtpPort: server.port, smtpTls: server.tls, smtpUser: user || null }
  if (user === '') return { ...stored, smtpPassword: null }
  if (server.password) {
    return { ...stored, smtpPassword: await vault.seal(server.password, smtpPasswordOf(portalId)) }
  }
  const same = before?.smtpHost === host && before.smtpPort === server.port && before.smtpUser === user
  // Weaker protection on the way would give it away as well.
  const asSafe = before?.smtpTls === server.tls || server.tls === 'tls'
  if (same && asSafe && before.smtpPassword !== null) return { ...stored, smtpPassword: before.smtpPassword }
  throw new AppError('invalid_input', 'Enter the password: it is kept only for the same mail server and user.')
}

/** A ramp that goes on as it was keeps its first day. */
function checkCaps(
  { dailyCap, rampUp }: ChangeSender,
  before: SenderRecord | undefined,
  now: Temporal.Instant,
): Pick<SenderChange, 'dailyCap' | 'rampStart' | 'rampStep' | 'rampSince'> {
  const cap = dailyCap === 0 ? null : dailyCap
  if (rampUp === null) return { dailyCap: cap, rampStart: null, rampStep: null, rampSince: null }
  if (cap === null) throw new AppError('invalid_input', 'A ramp-up needs a daily cap that it ends at. Enter one.')
  const { start: rampStart, step: rampStep } = rampUp
  const goesOn = before?.rampStart === rampStart && before.rampStep === rampStep
  return { dailyCap: cap, rampStart, rampStep, rampSince: goesOn ? before.rampSince : now }
}
