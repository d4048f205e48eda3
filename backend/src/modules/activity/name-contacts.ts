import type { ActivityRecord } from './repository.ts'

type Person = Pick<ActivityRecord, 'contactId' | 'personId' | 'firstName' | 'lastName' | 'email' | 'deleted'>

/**
 * What each line calls the contact it is about; null for a line about none. Two of one name are told apart by their addresses, and
 * one that HubSpot no longer has is called so. Pure.
 */
export function nameContacts(lines: readonly Person[]): (line: Person) => string | null {
  const bearers = new Map<string, Set<string | null>>()
  for (const line of lines) {
    const name = nameOf(line)
    if (name) bearers.set(name, (bearers.get(name) ?? new Set()).add(line.personId))
  }
  return (line) => {
    const { contactId, email, deleted } = line
    if (contactId === null) return null
    const unknown = `Contact ${contactId}`
    const name = nameOf(line)
    const shared = name !== undefined && (bearers.get(name)?.size ?? 0) > 1
    const told = shared ? `${name} (${email ?? unknown})` : (name ?? email ?? unknown)
    return deleted ? `${told} (deleted in HubSpot)` : told
  }
}

function nameOf({ firstName, lastName }: Person): string | undefined {
  return [firstName, lastName].filter(Boolean).join(' ') || undefined
}
