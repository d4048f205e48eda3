/** Why nothing may be sent from a domain, as preflight and publishing say it. `faults`: sentences of its check. Pure. */
export function describeUnsendable(domain: string, faults: readonly string[]): string {
  const what = `Mails from ${domain} would be refused or taken for spam`
  if (faults.length === 0) return `${what}. Check the domain in the Mail tab.`
  return `${what}: ${faults.join(' ')} Then check the domain again in the Mail tab.`
}
