import type { Dns } from '#core/dns.ts'
import { type Finding, findingsOf, notAnswered } from './finding.ts'

const found = findingsOf('mx')

/** Whether mail to the domain reaches a server (RFC 5321, 5.1): answers, and at MAIL_DOMAIN bounces and requests to unsubscribe. */
export async function checkMx(dns: Dns, domain: string): Promise<Finding[]> {
  const answer = await dns.mx(domain)
  if (answer.kind === 'unavailable') return [notAnswered('mx', domain, answer.why)]
  if (answer.kind === 'none') {
    return [found('fault', `${domain} has no MX record, so mail to it may be lost. Add one.`)]
  }
  // RFC 7505: "MX 0 ." says that the domain takes no mail.
  if (answer.records.some(({ exchange }) => exchange === '' || exchange === '.')) {
    return [found('fault', `${domain} says that it takes no mail ("MX 0 ."). Name a server that does.`)]
  }
  const servers = [...answer.records].sort((one, other) => one.priority - other.priority)
  const checked = await Promise.all(
    servers.map(async ({ exchange }) => ({ exchange, addresses: await dns.addresses(exchange) })),
  )
  if (checked.some(({ addresses }) => addresses.kind === 'found')) {
    const names = checked.filter(({ addresses }) => addresses.kind === 'found').map(({ exchange }) => exchange)
    return [found('ok', `Mail to ${domain} goes to ${names.join(', ')}.`), ...deadServers(checked)]
  }
  const silent = checked.find(({ addresses }) => addresses.kind === 'unavailable')
  if (silent?.addresses.kind === 'unavailable') return [notAnswered('mx', silent.exchange, silent.addresses.why)]
  return [found('fault', `No mail server of ${domain} has an address. Correct its MX records.`)]
}

function deadServers(checked: readonly { exchange: string; addresses: { kind: string } }[]): Finding[] {
  return checked
    .filter(({ addresses }) => addresses.kind === 'none')
    .map(({ exchange }) =>
      found('advice', `The mail server ${exchange} has no address. Take it out of the MX records.`),
    )
}
