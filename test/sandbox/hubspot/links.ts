import { defaultLink, definedLinks } from './object-types.ts'
import { linkKey } from './state.ts'
import type { Fact, LinkType, ObjectType, Portal, Source } from './types.ts'

export interface End {
  readonly type: ObjectType
  readonly id: string
}

/** Links two records both ways. A link that is already there causes nothing. */
export function associate(
  portal: Portal,
  from: End,
  to: End,
  types: readonly LinkType[],
  by: Source,
  at: number,
): Fact[] {
  const facts: Fact[] = []
  const given = types.length > 0 ? types : [defaultLink(from.type, to.type)]
  // HubSpot keeps the unlabeled link beside every label (docs, association labels).
  const plain = defaultLink(from.type, to.type)
  const all = given.some((type) => same(type, plain)) ? given : [...given, plain]
  for (const type of all) if (add(portal, from, to, type)) facts.push(change(portal, from, to, type, false, by, at))
  const back = [...given.map((type) => inverse(from.type, to.type, type)), defaultLink(to.type, from.type)]
  for (const type of back) if (add(portal, to, from, type)) facts.push(change(portal, to, from, type, false, by, at))
  return facts
}

/** Removes every link between two records, both ways. */
export function dissociate(portal: Portal, from: End, to: End, by: Source, at: number): Fact[] {
  const facts: Fact[] = []
  for (const [one, other] of [
    [from, to],
    [to, from],
  ] as const) {
    const links = portal.links.get(linkKey(one.type, one.id, other.type))
    for (const type of links?.get(other.id) ?? []) facts.push(change(portal, one, other, type, true, by, at))
    links?.delete(other.id)
  }
  return facts
}

/** All link types of a direction: HubSpot's own and the portal's labels. */
export function labelsOf(portal: Portal, from: ObjectType, to: ObjectType): LinkType[] {
  return [...definedLinks(from, to), ...(portal.labels.get(`${from}>${to}`) ?? [])]
}

function add(portal: Portal, from: End, to: End, type: LinkType): boolean {
  const key = linkKey(from.type, from.id, to.type)
  const links = portal.links.get(key) ?? new Map<string, LinkType[]>()
  portal.links.set(key, links)
  const types = links.get(to.id)
  if (types?.some((existing) => same(existing, type))) return false
  if (types) types.push(type)
  else links.set(to.id, [type])
  return true
}

function inverse(from: ObjectType, to: ObjectType, type: LinkType): LinkType {
  const index = definedLinks(from, to).findIndex((candidate) => same(candidate, type))
  return (type.category === 'HUBSPOT_DEFINED' ? definedLinks(to, from)[index] : undefined) ?? defaultLink(to, from)
}

const same = (one: LinkType, other: LinkType) => one.typeId === other.typeId && one.category === other.category

function change(portal: Portal, from: End, to: End, link: LinkType, removed: boolean, by: Source, at: number): Fact {
  return {
    kind: 'associationChange',
    portalId: portal.portalId,
    objectType: from.type,
    objectId: from.id,
    toType: to.type,
    toId: to.id,
    link,
    removed,
    occurredAt: at,
    source: by,
  }
}
