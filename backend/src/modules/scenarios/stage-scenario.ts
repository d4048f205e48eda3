import { NO_RULES } from '#modules/limits/rules.ts'
import { accountSender } from '#modules/senders/account-sender.ts'
import type { Happening, Happens, History, Trigger } from '#modules/simulation/history.ts'
import type { Setting } from '#modules/simulation/setting.ts'
import { namedInSteps } from '#modules/what-if/named-in-steps.ts'
import type { Scenario, ScenarioHappening } from '#shared/contract/scenario.ts'
import type { SequenceDefinition } from '#shared/contract/sequence.ts'
import { DEFAULT_POLICY } from '#shared/default-policy.ts'

const PIPELINE = 'sales'
const STAGE = 'started'
const ELSEWHERE = 'left'
const SEQUENCE = '00000000-0000-7000-8000-000000000001'
const DEAL = '1'
const CONTACT = '2'
const ADDRESS = 'person@example.com'
/** Thirty steps of a year each end within it. */
const YEARS = 40

export interface Staged {
  readonly setting: Setting
  readonly history: History
  readonly triggers: readonly Trigger[]
  readonly start: Temporal.ZonedDateTime
}

/**
 * The world of a scenario: one account, one deal, one contact, no limits of an account: what a scenario says must hold wherever
 * the sequence is used. Throws a RangeError for a zone or a day that does not exist. Pure.
 */
export function stageScenario(definition: SequenceDefinition, { given, happens = [] }: Scenario): Staged {
  const named = namedInSteps(definition.steps)
  const start = Temporal.PlainDateTime.from(given.start).toZonedDateTime(given.timeZone)
  const from = start.toInstant()
  const closes = given.closesInDays === undefined ? null : start.add({ days: given.closesInDays })
  const closeDate = closes?.toInstant().toString() ?? null
  const told = happens.map((happening) => ({ happening, effect: effectOf(happening, closes) }))
  return {
    start,
    setting: settingOf(definition, given.timeZone),
    history: {
      from,
      to: start.add({ years: YEARS }).toInstant(),
      deals: [
        {
          dealId: DEAL,
          name: given.deal?.name ?? null,
          amount: given.deal?.amount ?? null,
          pipelineId: PIPELINE,
          closeDate,
          ownerId: '1',
          properties: valuesOf(
            named.deal,
            { dealname: given.deal?.name, amount: given.deal?.amount, closedate: closeDate },
            given.deal,
          ),
          stages: [{ stageId: STAGE, at: from, source: null }],
          contacts: [{ contactId: CONTACT, types: [] }],
        },
      ],
      contacts: [
        {
          contactId: CONTACT,
          email: ADDRESS,
          firstName: given.contact?.firstname ?? null,
          lastName: given.contact?.lastname ?? null,
          company: given.contact?.company ?? null,
          phone: given.contact?.phone ?? null,
          timeZone: given.timeZone,
          properties: valuesOf(
            named.contact,
            {
              firstname: given.contact?.firstname,
              lastname: given.contact?.lastname,
              company: given.contact?.company,
              phone: given.contact?.phone,
              email: ADDRESS,
            },
            given.contact,
          ),
          optedOut: false,
          suppressed: null,
        },
      ],
      happenings: told.flatMap(({ happening: { afterMail, minutes }, effect }): Happening[] =>
        afterMail === undefined ? [{ ...effect, at: from.add({ minutes }) }] : [],
      ),
    },
    triggers: told.flatMap(({ happening: { afterMail, minutes }, effect }): Trigger[] =>
      afterMail === undefined ? [] : [{ mail: afterMail, after: Temporal.Duration.from({ minutes }), happens: effect }],
    ),
  }
}

function effectOf(happening: ScenarioHappening, closes: Temporal.ZonedDateTime | null): Happens {
  switch (happening.kind) {
    case 'replies':
      return { kind: 'replied', contactId: CONTACT }
    case 'bounces':
      return { kind: 'bounced', contactId: CONTACT }
    case 'complains':
      return { kind: 'complained', contactId: CONTACT }
    case 'unsubscribes':
      return { kind: 'unsubscribed', contactId: CONTACT }
    case 'leaves_stage':
      return { kind: 'moved', dealId: DEAL, stageId: ELSEWHERE, source: null }
    case 'deal_deleted':
      return { kind: 'deleted', dealId: DEAL }
    case 'owner_changes':
      return { kind: 'owner', dealId: DEAL, ownerId: '2' }
    case 'out_of_office':
      return { kind: 'away', contactId: CONTACT, returnDate: { days: happening.days } }
    case 'close_date_moves': {
      const moved = happening.days === undefined ? null : (closes?.add({ days: happening.days }) ?? null)
      return { kind: 'close_date', dealId: DEAL, value: moved?.toInstant().toString() ?? null }
    }
  }
}

function settingOf(definition: SequenceDefinition, timeZone: string): Setting {
  const address = 'sales@example.com'
  return {
    portalId: 1,
    portal: {
      status: 'connected',
      accountName: 'The account',
      timeZone,
      connectedByEmail: address,
      fromName: null,
      replyTo: address,
      postalAddress: null,
      scopes: [],
    },
    senders: { senders: [accountSender('sales')], linked: new Map(), mailDomain: 'example.com' },
    domainCaps: [],
    appId: '0',
    rules: NO_RULES,
    stages: [STAGE, ELSEWHERE].map((stageId, order) => ({
      pipelineId: PIPELINE,
      stageId,
      label: stageId,
      order,
      isClosed: false,
      isWon: false,
    })),
    closedStages: new Set(),
    labels: new Map([
      [PIPELINE, 'Sales'],
      [`${PIPELINE}/${STAGE}`, 'The stage'],
      [`${PIPELINE}/${ELSEWHERE}`, 'Another stage'],
    ]),
    mappings: [{ pipelineId: PIPELINE, stageId: STAGE, sequenceId: SEQUENCE, active: true, policy: DEFAULT_POLICY }],
    sequences: new Map([
      [
        SEQUENCE,
        {
          id: SEQUENCE,
          name: 'The sequence',
          status: 'active',
          version: 1,
          // A scenario tries what the steps do: its deal is none that is held out.
          definition: { ...definition, holdOutPercent: 0 },
        },
      ],
    ]),
  }
}

/** What a condition finds: the given values under HubSpot's names, those that were named besides, and no value for the rest. */
function valuesOf(
  named: ReadonlySet<string>,
  known: Readonly<Record<string, string | null | undefined>>,
  given: { readonly properties?: readonly { readonly property: string; readonly value: string }[] } | undefined,
): Record<string, string | null> {
  const values = Object.entries(known).map(([name, value]) => [name, value ?? null] as const)
  const empty = [...named].map((name) => [name, null] as const)
  const more = (given?.properties ?? []).map(({ property, value }) => [property, value] as const)
  return Object.fromEntries([...empty, ...values, ...more])
}
