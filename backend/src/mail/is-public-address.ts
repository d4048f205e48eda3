import { BlockList, isIP } from 'node:net'

/**
 * Ranges that no server on the internet has (IANA special-purpose address registries, RFC 6890), the metadata services of clouds
 * among them.
 */
const PRIVATE_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const
/** Of the only part of IPv6 that is given out (2000::/3), what leads elsewhere: Teredo, documentation, 6to4. */
const PRIVATE_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const closed = new BlockList()
for (const [net, prefix] of PRIVATE_V4) closed.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of PRIVATE_V6) closed.addSubnet(net, prefix, 'ipv6')
const given = new BlockList()
given.addSubnet('2000::', 3, 'ipv6')

/**
 * Whether an IP address is one of the public internet. Nothing that an admin names may lead us into the network we run in. A
 * mapped or translated IPv4 address (::ffff:127.0.0.1, 64:ff9b::/96) lies outside of 2000::/3 and is none. Pure.
 */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 4) return !closed.check(address, 'ipv4')
  return isIP(address) === 6 && given.check(address, 'ipv6') && !closed.check(address, 'ipv6')
}
