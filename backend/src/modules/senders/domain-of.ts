/** The domain of a normalized address. Pure. */
export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1)
}
