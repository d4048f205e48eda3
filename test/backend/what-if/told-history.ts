import type { Happening, History, HistoryContact, HistoryDeal, SourcedChange } from '#modules/simulation/history.ts'
import { seededRandom } from '#test/support/seeded-random.ts'

export interface Telling {
  readonly seed: number
  readonly from: Temporal.Instant
  readonly days: number
  readonly deals: number
  /** HubSpot's ids of owners, whose the deals are in turn; every third is nobody's. Absent: all are nobody's. */
  readonly owners?: readonly string[]
}

const STAGES = ['lead', 'demo', 'proposal', 'won']
const ZONES = ['europe_slash_berlin', 'america_slash_new_york', 'asia_slash_tokyo', null]
const DAY = 86_400_000
/** As the stand-in names the person who moves deals there. */
const BY_REP = { changeSource: 'CRM_UI', sourceId: 'userId:7' }

/** An invented history: deals that move, contacts in several zones, some on two deals, and answers of every kind. */
export function tellHistory({ seed, from, days, deals: count, owners = [] }: Telling): History {
  const random = seededRandom(seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  // No two on the same millisecond: live, what comes first of two such events is anybody's guess.
  const used = new Set<number>()
  const moment = (after: number, within: number): Temporal.Instant => {
    let ms = after + Math.floor(random() * within)
    while (used.has(ms)) ms++
    used.add(ms)
    return Temporal.Instant.fromEpochMilliseconds(ms)
  }
  const begin = from.epochMilliseconds
  const contacts: HistoryContact[] = []
  const deals: HistoryDeal[] = []
  for (let index = 0; index < count; index++) {
    const ours = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
      const contact = tellContact(seed, contacts.length, pick(ZONES), random())
      contacts.push(contact)
      return contact.contactId
    })
    const shared = index > 3 && random() < 0.2 ? pick(contacts.slice(0, -ours.length)).contactId : undefined
    const amount = random() < 0.8 ? String(1_000 + index) : null
    deals.push({
      dealId: String(seed * 10_000 + 700 + index),
      name: `Deal ${index}`,
      amount,
      pipelineId: 'default',
      closeDate: random() < 0.7 ? moment(begin + 3 * DAY, days * DAY).toString() : null,
      ownerId: owners[index % 3] ?? null,
      properties: { amount },
      stages: tellStages(moment, random, begin, days),
      contacts: [...ours, ...(shared ? [shared] : [])].sort().map((contactId) => ({ contactId, types: PLAIN })),
    })
  }
  return {
    from,
    to: from.add({ hours: 24 * days }),
    deals,
    contacts,
    happenings: tellHappenings({ moment, random, begin, days }, deals, contacts),
  }
}

const PLAIN = [{ category: 'HUBSPOT_DEFINED' as const, typeId: 3, label: null }]

function tellContact(seed: number, index: number, timeZone: string | null, chance: number): HistoryContact {
  const contactId = String(seed * 10_000 + 1_000 + index)
  const company = index % 4
  const email = chance < 0.06 ? null : `c${contactId}@company${company}.example`
  return {
    contactId,
    email,
    firstName: chance > 0.9 ? null : `First${index}`,
    lastName: `Last${index}`,
    phone: null,
    company: null,
    timeZone,
    properties: {},
    optedOut: chance > 0.08 && chance < 0.11,
    suppressed: null,
  }
}

type MakeMoment = (after: number, within: number) => Temporal.Instant

function tellStages(moment: MakeMoment, random: () => number, begin: number, days: number): SourcedChange[] {
  const changes: SourcedChange[] = []
  let at = moment(begin, 2 * DAY)
  let stage = random() < 0.7 ? 0 : 1
  const moves = 1 + Math.floor(random() * 5)
  for (let move = 0; move < moves; move++) {
    if (at.epochMilliseconds > begin + days * DAY) break
    changes.push({ stageId: STAGES[stage] ?? 'lead', at, source: BY_REP })
    // Mostly on, sometimes back, sometimes within a minute of the last move.
    stage = random() < 0.8 ? Math.min(3, stage + 1) : Math.max(0, stage - 1)
    at = moment(at.epochMilliseconds + 1_000, random() < 0.15 ? 60_000 : 6 * DAY)
  }
  return changes.filter((change, index) => change.stageId !== changes[index - 1]?.stageId)
}

interface Dice {
  readonly moment: MakeMoment
  readonly random: () => number
  readonly begin: number
  readonly days: number
}

function tellHappenings(
  { moment, random, begin, days }: Dice,
  deals: readonly HistoryDeal[],
  contacts: readonly HistoryContact[],
): Happening[] {
  const happenings: Happening[] = []
  for (const { contactId } of contacts) {
    const chance = random()
    const at = moment(begin + DAY, (days - 2) * DAY)
    if (chance < 0.15) happenings.push({ at, kind: 'replied', contactId })
    else if (chance < 0.25) {
      const returnDate = at.toZonedDateTimeISO('Europe/Berlin').toPlainDate().add({ days: 4 })
      happenings.push({ at, kind: 'away', contactId, returnDate })
    } else if (chance < 0.29) happenings.push({ at, kind: 'bounced', contactId })
    else if (chance < 0.31) happenings.push({ at, kind: 'complained', contactId })
    else if (chance < 0.35) happenings.push({ at, kind: 'unsubscribed', contactId })
  }
  for (const { dealId, stages } of deals) {
    const born = stages[0]?.at.epochMilliseconds ?? begin
    const last = stages.at(-1)?.at.epochMilliseconds ?? begin
    const chance = random()
    if (chance < 0.06) happenings.push({ at: moment(last + 1_000, 4 * DAY), kind: 'deleted', dealId })
    else if (chance < 0.4) {
      const value = random() < 0.8 ? moment(born + 2 * DAY, days * DAY).toString() : null
      happenings.push({ at: moment(born + 1_000, 8 * DAY), kind: 'close_date', dealId, value })
    } else if (chance < 0.5) {
      happenings.push({ at: moment(born + 1_000, 8 * DAY), kind: 'owner', dealId, ownerId: '9' })
    }
  }
  return happenings
}

/** The same history with every list in another order. */
export function shuffled(history: History, seed: number): History {
  const random = seededRandom(seed)
  const mix = <T>(list: readonly T[]) =>
    list
      .map((item) => ({ item, key: random() }))
      .sort((a, b) => a.key - b.key)
      .map(({ item }) => item)
  return {
    ...history,
    deals: mix(history.deals).map((deal) => ({ ...deal, stages: mix(deal.stages), contacts: mix(deal.contacts) })),
    contacts: mix(history.contacts),
    happenings: mix(history.happenings),
  }
}
