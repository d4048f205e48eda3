import { type Static, Type } from 'typebox'
import { Id, IdempotencyKey } from './common.ts'

/** A moment on the wall clock of the scenario's zone. */
const LocalMoment = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]$' })
/** Values of further properties, by HubSpot's internal name: what a branch looks at. */
const Properties = Type.Optional(
  Type.Array(
    Type.Object(
      {
        property: Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9_.-]+$' }),
        value: Type.String({ maxLength: 500 }),
      },
      { additionalProperties: false },
    ),
    { maxItems: 20 },
  ),
)
const Value = Type.Optional(Type.String({ maxLength: 255 }))

/** What a scenario begins with. A value that is not there is one that HubSpot does not have. */
export const ScenarioGiven = Type.Object(
  {
    /** When the deal enters the stage. */
    start: LocalMoment,
    /** Of the contact and of the account. */
    timeZone: Type.String({ minLength: 1, maxLength: 64 }),
    /** The deal's close date, so many days after the start. */
    closesInDays: Type.Optional(Type.Integer({ minimum: -365, maximum: 1_000 })),
    contact: Type.Optional(
      Type.Object(
        { firstname: Value, lastname: Value, company: Value, phone: Value, properties: Properties },
        { additionalProperties: false },
      ),
    ),
    deal: Type.Optional(
      Type.Object({ name: Value, amount: Value, properties: Properties }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
)
export type ScenarioGiven = Static<typeof ScenarioGiven>

/** So many minutes after the `afterMail`-th mail (from 1), or after the start. */
const WHEN = {
  afterMail: Type.Optional(Type.Integer({ minimum: 1, maximum: 30 })),
  minutes: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
}

/** What happens on the way. */
export const ScenarioHappening = Type.Union([
  Type.Object(
    {
      kind: Type.Union([
        Type.Literal('replies'),
        Type.Literal('bounces'),
        Type.Literal('complains'),
        Type.Literal('unsubscribes'),
        Type.Literal('leaves_stage'),
        Type.Literal('deal_deleted'),
        Type.Literal('owner_changes'),
      ]),
      ...WHEN,
    },
    { additionalProperties: false },
  ),
  /** The notice names the day so many days later as the last one away. */
  Type.Object(
    { kind: Type.Literal('out_of_office'), days: Type.Integer({ minimum: 1, maximum: 365 }), ...WHEN },
    { additionalProperties: false },
  ),
  /** By so many days; without them it is emptied. */
  Type.Object(
    {
      kind: Type.Literal('close_date_moves'),
      days: Type.Optional(Type.Integer({ minimum: -365, maximum: 365 })),
      ...WHEN,
    },
    { additionalProperties: false },
  ),
])
export type ScenarioHappening = Static<typeof ScenarioHappening>

/** What must come of it; what is left out may be anything. */
export const ScenarioExpectations = Type.Object(
  {
    /** The steps that are sent, in this order and no others; with a time, at that minute on the wall clock. */
    sends: Type.Optional(
      Type.Array(
        Type.Object(
          {
            step: Type.String({ minLength: 1, maxLength: 40, pattern: '^[A-Za-z0-9_-]+$' }),
            at: Type.Optional(LocalMoment),
          },
          { additionalProperties: false },
        ),
        { maxItems: 30 },
      ),
    ),
    /** `held` waits for a person, `running` is paused without an end. */
    ends: Type.Optional(
      Type.Object(
        {
          status: Type.Union([
            Type.Literal('completed'),
            Type.Literal('stopped'),
            Type.Literal('held'),
            Type.Literal('running'),
          ]),
          /** Of a stopped one: a key of `STOP_REASON`. */
          reason: Type.Optional(Type.String({ minLength: 1, maxLength: 40 })),
        },
        { additionalProperties: false },
      ),
    ),
    /** For so many days after the first thing that happens no mail goes out. */
    quietDays: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    /** Every mail goes out within the sequence's sending windows, by the clock on the wall. */
    insideWindows: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
)
export type ScenarioExpectations = Static<typeof ScenarioExpectations>

/** One story that a sequence must survive before it is published. Plain data, so that it travels with the sequence. */
export const Scenario = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 120 }),
    given: ScenarioGiven,
    happens: Type.Optional(Type.Array(ScenarioHappening, { maxItems: 10 })),
    expect: ScenarioExpectations,
  },
  { additionalProperties: false },
)
export type Scenario = Static<typeof Scenario>

/** As many as a sequence may have. */
export const MOST_SCENARIOS = 50

/** What came of a scenario. */
export const ScenarioResult = Type.Object({
  name: Type.String(),
  passed: Type.Boolean(),
  /** Why it is red, as a sentence; null when it passed. */
  problem: Type.Union([Type.String(), Type.Null()]),
  /** What was sent, at which moment on the wall clock. */
  sends: Type.Array(Type.Object({ step: Type.String(), at: Type.String() })),
})
export type ScenarioResult = Static<typeof ScenarioResult>

/** A sequence's scenarios, each with what comes of it for the saved draft. */
export const Scenarios = Type.Object({
  sequenceId: Id,
  /** Sent back on save; 0 before the first. */
  revision: Type.Integer(),
  scenarios: Type.Array(Scenario),
  results: Type.Array(ScenarioResult),
  /** Those that fit every e-mail sequence, made for this draft. */
  usual: Type.Array(Scenario),
})
export type Scenarios = Static<typeof Scenarios>

export const SaveScenarios = Type.Object(
  {
    scenarios: Type.Array(Scenario, { minItems: 1, maxItems: MOST_SCENARIOS }),
    revision: Type.Integer({ minimum: 0 }),
    idempotencyKey: IdempotencyKey,
  },
  { additionalProperties: false },
)
export type SaveScenarios = Static<typeof SaveScenarios>

/** Removes them all. */
export const RemoveScenarios = Type.Object(
  { revision: Type.Integer({ minimum: 1 }), idempotencyKey: IdempotencyKey },
  { additionalProperties: false },
)
export type RemoveScenarios = Static<typeof RemoveScenarios>
