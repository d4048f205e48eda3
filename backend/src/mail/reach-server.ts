import { isIP } from 'node:net'
import type { Dns } from '#core/dns.ts'
import { isPublicAddress } from './is-public-address.ts'

/** Where we may connect to. */
export interface MayReach {
  readonly ports: readonly number[] | 'any'
  /** Asked with an IP address. */
  readonly address: (address: string) => boolean
}

/**
 * Production's answer; tests give another one, because their servers are on this machine. The ports are those that mail servers
 * take mails of their users on (RFC 6409, RFC 8314), and the older ways.
 */
export const mayReachPublic: MayReach = { ports: [25, 465, 587, 2525], address: isPublicAddress }

/** The same for mailboxes. */
export const mayReadPublic: MayReach = { ports: [143, 993], address: isPublicAddress }

/** `fault`: a sentence with what is wrong; nothing was connected to. */
export type Reached =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'fault'; readonly why: string }

/**
 * The address to connect to for a host that somebody named, resolved here and now: whoever connects must use the address and not
 * ask for the name again, or the answer could be another by then (DNS rebinding).
 */
export async function reachServer(dns: Dns, mayReach: MayReach, host: string, port: number): Promise<Reached> {
  const answer = isIP(host) ? ({ kind: 'found', records: [host] } as const) : await dns.addresses(host)
  if (answer.kind === 'unavailable') return fault(`${host} could not be looked up (${answer.why})`)
  if (answer.kind === 'none') return fault(`${host} does not exist in the DNS`)
  const open = mayReach.ports === 'any' || mayReach.ports.includes(port)
  const address = open ? answer.records.find(mayReach.address) : undefined
  return address === undefined
    ? fault(`${host}:${port} is no mail server on the internet`)
    : { kind: 'address', address }
}

function fault(why: string): Reached {
  return { kind: 'fault', why }
}

/** Why nobody would ever be connected to there, as a sentence; undefined for a server that may be tried. Asks nobody. Pure. */
export function refusalOf(
  { ports, address }: MayReach,
  { host, port }: { host: string; port: number },
): string | undefined {
  if (ports !== 'any' && !ports.includes(port)) return `Choose one of the ports ${ports.join(', ')}.`
  return isIP(host) && !address(host) ? `${host} is no address on the internet.` : undefined
}
