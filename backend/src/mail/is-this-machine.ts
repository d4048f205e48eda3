import { isIP } from 'node:net'

/** Whether a host name is this machine's loopback: what goes there crosses no network. Pure. */
export function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
