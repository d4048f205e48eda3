import { Button, Flex, Input, LoadingSpinner, Select, Text } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import { useCallback, useState } from 'react'
import type { SettingsApi } from './settings-tools.ts'
import { LoadFailed } from './shared-views.ts'
import { textEvents } from './text-events.ts'

/** A contact of a deal whose values fill the mails that are looked at. */
export interface Sample {
  dealId: string
  contactId: string
  label: string
}

export interface SamplePickerProps {
  /** Null: example values. */
  sample: Sample | null
  api: Pick<SettingsApi, 'listSampleDeals'>
  onSample: (sample: Sample | null) => void
}

const EXAMPLES = 'examples'

/** Chooses whose values fill the mails: somebody found by a deal, or examples. */
export function SamplePicker({ sample, api, onSample }: SamplePickerProps) {
  const [typed, setTyped] = useState('')
  const [search, setSearch] = useState<string | null>(null)
  return (
    <Flex direction="column" gap="extra-small">
      <Flex direction="row" gap="small" align="end" wrap="wrap">
        <Input
          label="Look at it with a real contact: name or number of a deal"
          name="sample-search"
          description="Empty: the deals Stagecue heard of last. The number stands in the deal’s web address."
          value={typed}
          {...textEvents((text) => setTyped(text.slice(0, 120)))}
        />
        <Button size="xs" onClick={() => setSearch(typed)}>
          Find deals
        </Button>
      </Flex>
      {search === null ? null : <FoundContacts search={search} sample={sample} api={api} onSample={onSample} />}
      <Text variant="microcopy">
        {sample === null
          ? 'Now with example values.'
          : `Now with the values of ${sample.label}. Nothing of them is kept.`}
      </Text>
    </Flex>
  )
}

function FoundContacts({ search, sample, api, onSample }: SamplePickerProps & { search: string }) {
  const [loaded, { reload }] = useLoad(
    useCallback(() => api.listSampleDeals(search === '' ? {} : { search }), [api, search]),
  )
  if (loaded.kind === 'loading') return <LoadingSpinner label="Looking for deals" showLabel={true} size="xs" />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed
        title="Deals could not be looked for"
        error={loaded.error}
        reloading={loaded.reloading}
        onTryAgain={reload}
      />
    )
  }
  const found: Sample[] = loaded.value.deals.flatMap(({ dealId, name, contacts }) =>
    contacts.map((contact) => ({ dealId, contactId: contact.contactId, label: `${contact.name}, “${name}”` })),
  )
  if (found.length === 0) return <Text>No deal with a contact was found.</Text>
  return (
    <Select
      label="Whose values fill the e-mails"
      name="sample"
      value={sample === null ? EXAMPLES : keyOf(sample)}
      options={[
        { label: 'Example values', value: EXAMPLES },
        ...found.map((each) => ({ label: each.label, value: keyOf(each) })),
      ]}
      onChange={(value) => onSample(found.find((each) => keyOf(each) === value) ?? null)}
    />
  )
}

function keyOf({ dealId, contactId }: Sample): string {
  return `${dealId}/${contactId}`
}
