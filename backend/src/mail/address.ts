/**
 * The address as we compare, store and send to it: trimmed, lower case, IDN domain in punycode. `undefined` when it is not one
 * that we send to. Stricter than RFC 5321 on purpose: quoted local parts, address literals, comments and single-label domains
 * are legal somewhere and a typing error everywhere else.
 */
export function normalizeAddress(text: string): string | undefined {
  const trimmed = text.replace(/^[ \t]+|[ \t]+$/g, '')
  if (trimmed.length > 254) return undefined
  const at = trimmed.indexOf('@')
  if (at < 1 || at !== trimmed.lastIndexOf('@')) return undefined
  const local = trimmed.slice(0, at).toLowerCase()
  if (local.length > 64 || !LOCAL.test(local)) return undefined
  const domain = normalizeDomain(trimmed.slice(at + 1))
  if (!domain) return undefined
  const address = `${local}@${domain}`
  return address.length > 254 ? undefined : address
}

/** RFC 5321 dot-string; ASCII only, because a server without SMTPUTF8 cannot take anything else. */
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
/** Letters (any script), digits, marks, hyphens and dots: all else URL would drop or read as something other than a host. */
const HOST = /^[\p{L}\p{N}\p{M}.-]+$/u

function normalizeDomain(text: string): string | undefined {
  if (!HOST.test(text)) return undefined
  const url = URL.parse(`https://${text}/`)
  if (!url) return undefined
  const domain = url.hostname
  const labels = domain.split('.')
  const top = labels.at(-1) ?? ''
  if (labels.length < 2 || domain.length > 253 || /^\d+$/.test(top)) return undefined
  return labels.every((label) => LABEL.test(label)) ? domain : undefined
}
