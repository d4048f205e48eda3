import { Flex, Form, Heading, LoadingButton, LoadingSpinner, NumberInput, Text } from '@hubspot/ui-extensions'
import { useChange, useLoad } from '@stagecue/app-client'
import type { SavedSendingRules, SendingRules } from '@stagecue/shared/contract/limits.ts'
import { useCallback } from 'react'
import { OvertakenNotice } from './OvertakenNotice.tsx'
import type { EditingTabProps } from './settings-tools.ts'
import { LoadFailed, ProblemNotice, StaleNotice } from './shared-views.ts'
import { useDraft } from './use-draft.ts'
import { useUnsaved } from './use-unsaved.ts'

/** How much goes to whom, and until when an e-mail still goes out on its own. */
export function RulesSection(props: EditingTabProps) {
  const { api } = props
  const [loaded, { reload }] = useLoad(useCallback(() => api.readRules(), [api]))
  return (
    <Flex direction="column" gap="small">
      <Heading>Limits</Heading>
      <Text>An e-mail over a limit is not lost: it waits, and the deal’s card says for what and until when.</Text>
      {loaded.kind === 'loading' ? <LoadingSpinner label="Loading limits" showLabel={true} /> : null}
      {loaded.kind === 'failed' ? (
        <LoadFailed
          title="The limits could not be loaded"
          error={loaded.error}
          reloading={loaded.reloading}
          onTryAgain={reload}
        />
      ) : null}
      {loaded.kind === 'ready' ? (
        <>
          <StaleNotice stale={loaded.stale} />
          <RulesForm {...props} rules={loaded.value} onDoubt={reload} />
        </>
      ) : null}
    </Flex>
  )
}

interface Field {
  name: keyof SendingRules
  label: string
  description: string
  min: number
  max: number
}

/** The bounds are the contract's. */
const FIELDS: readonly Field[] = [
  {
    name: 'contactHours',
    label: 'Hours between two e-mails to the same contact',
    description: '0: no limit.',
    min: 0,
    max: 720,
  },
  {
    name: 'companyMinutes',
    label: 'Minutes between two e-mails to the same company in a deal',
    description: 'A company is an e-mail domain. 0: no limit.',
    min: 0,
    max: 10_080,
  },
  {
    name: 'portalPerDay',
    label: 'E-mails a day from this account',
    description: '0: no limit.',
    min: 0,
    max: 1_000_000,
  },
  {
    name: 'sequencePerDay',
    label: 'E-mails a day from each sequence',
    description: '0: no limit.',
    min: 0,
    max: 1_000_000,
  },
  {
    name: 'domainPerHour',
    label: 'E-mails an hour to the addresses of one domain',
    description: 'Large ones count too, gmail.com for example. 0: no limit.',
    min: 0,
    max: 1_000_000,
  },
  {
    name: 'sensibleHours',
    label: 'Hours after which a late e-mail waits for approval',
    description: 'After an outage, for example. Waiting for a limit, a pause or a stop is not being late.',
    min: 1,
    max: 720,
  },
]

/** What each limit is now, where somebody else changed it meanwhile. */
const WORDS = Object.fromEntries(FIELDS.map(({ name, label }) => [name, (value = 0) => `${label}: ${value}`]))

interface RulesFormProps extends EditingTabProps {
  rules: SavedSendingRules
  onDoubt: () => void
}

function RulesForm({ rules, api, tools, mayConfigure, onUnsaved, onDoubt }: RulesFormProps) {
  const form = useDraft(rules)
  const { draft, base } = form
  const saving = useChange((input: SavedSendingRules, idempotencyKey) => api.saveRules({ ...input, idempotencyKey }), {
    makeKey: tools.makeKey,
    onDone: (answer) => {
      form.take(answer)
      tools.addAlert({ type: 'success', message: 'The limits are saved.' })
    },
    onDoubt,
  })
  const changed = FIELDS.some(({ name }) => limitOf(draft, name) !== limitOf(base, name))
  useUnsaved(changed, onUnsaved)
  const ready = changed && FIELDS.every((field) => isWithin(field, limitOf(draft, field.name)))
  const save = () => (ready ? saving.run(draft) : undefined)
  return (
    <Form preventDefault={true} onSubmit={save}>
      <Flex direction="column" gap="small">
        {FIELDS.map((field) => {
          const { name, label, description, min, max } = field
          const value = limitOf(draft, name)
          const wrong = !isWithin(field, value)
          return (
            <NumberInput
              key={name}
              label={label}
              name={name}
              description={description}
              min={min}
              max={max}
              precision={0}
              readOnly={!mayConfigure || saving.busy}
              value={value}
              error={wrong}
              validationMessage={wrong ? `Enter a whole number from ${min} to ${max}.` : ''}
              onChange={(entered) => form.change(() => ({ [name]: Number(entered) }))}
            />
          )
        })}
        <ProblemNotice title="The limits were not saved" error={saving.error} />
        <OvertakenNotice form={form} words={WORDS} />
        {mayConfigure ? (
          <Flex direction="row">
            <LoadingButton
              type="submit"
              variant="secondary"
              size="sm"
              loading={saving.busy}
              disabled={!ready || saving.busy}
            >
              Save limits
            </LoadingButton>
          </Flex>
        ) : null}
      </Flex>
    </Form>
  )
}

/** A limit that was never saved is none. */
function limitOf(rules: SendingRules, name: keyof SendingRules): number {
  return rules[name] ?? 0
}

function isWithin({ min, max }: Field, value: number): boolean {
  return Number.isSafeInteger(value) && value >= min && value <= max
}
