/** Names that nobody can own, kept for tests and examples (RFC 2606; RFC 6761, 6.2 to 6.5). */
const TOP = ['test', 'example', 'invalid', 'localhost']
const SECOND = ['example.com', 'example.net', 'example.org']

/**
 * Whether an installation is one for trying out, and the domain too: the demo and tests send from names that the DNS never has.
 * Nothing can be checked about those, and nobody is impersonated by them. With a real MAIL_DOMAIN they count as any other
 * domain, and so do real domains in the demo. Pure.
 */
export function isReservedDomain(domain: string, mailDomain: string): boolean {
  return [domain, mailDomain].every((name) => {
    const labels = name.split('.')
    return TOP.includes(labels.at(-1) ?? '') || SECOND.includes(labels.slice(-2).join('.'))
  })
}
